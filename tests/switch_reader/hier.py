"""Somebody else's reading of AOS-S: hier_config's HP_PROCURVE platform, which moves VLAN membership to the ports.

Takes a configuration on stdin; gives `PORT untagged|tagged VLAN` lines, sorted as text.
"""
import re
import sys

from hier_config import Platform, get_hconfig

lines = set()
for port in get_hconfig(Platform.HP_PROCURVE, sys.stdin.read()).get_children(startswith="interface "):
    for child in port.children:
        found = re.fullmatch(r"(untagged|tagged) vlan (\d+)", child.text)
        if found:
            lines.add(f"{port.text.split()[1]} {found[1]} {found[2]}")
print("\n".join(sorted(lines)))
