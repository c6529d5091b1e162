"""Somebody else's reading of IOS: hier_config's view of each interface.

Takes a configuration on stdin; gives `PORT untagged|tagged VLAN` and `PORT shut` lines, sorted as text.
"""
import sys

from hier_config import Platform, get_hconfig
from hier_config.constructors import get_hconfig_view

lines = set()
view = get_hconfig_view(get_hconfig(Platform.CISCO_IOS, sys.stdin.read()))
for port in view.interface_views:
    if not port.name.startswith("GigabitEthernet"):
        continue
    number = port.port_number
    if port.native_vlan is not None:
        lines.add(f"{number} untagged {port.native_vlan}")
    for vlan in port.tagged_vlans:
        if vlan != port.native_vlan:
            lines.add(f"{number} tagged {vlan}")
    if not port.enabled:
        lines.add(f"{number} shut")
for vlan in view.vlans:
    if vlan.name:
        lines.add(f"vlan {vlan.id} {vlan.name}")
print("\n".join(sorted(lines)))
