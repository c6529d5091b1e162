//! The region as a graph: sites, zones, processes, tunnels, switches, flows with their paths, epochs.

mod flow;
mod ids;
mod lan;
mod region;
mod site;
mod time;
mod tunnel;
mod web;

pub use flow::{End, Flow, GivenUp, Leg, Origin, Port, Published};
pub use ids::{FlowId, HostId, OriginId, ProcessId, ProxyId, SiteId, TunnelId, ZoneId};
pub use lan::{Cable, CableEnd, PortUse, Switch};
pub use region::{IsolateLine, MayStart, Meeting, Network, PublishLine, Region, SecurityFacts, Unmanaged, WebLine};
pub use site::{Gateway, Host, Pac, Process, Role, Site, Zone};
pub use time::{Epoch, Window};
pub use tunnel::{OldTunnel, Pair, Tunnel};
pub use web::{OwnLists, Proxy, WebClients};
