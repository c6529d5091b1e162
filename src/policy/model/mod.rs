//! The policy as a tree of checked values: one struct a kind of node of the language.

mod brownfield;
mod devices;
mod flow;
mod gateway;
mod names;
mod region;
mod security;
mod site;

pub use brownfield::{Brownfield, OldSwitch, OldTunnel};
pub use devices::{Cable, CableEnd, Devices, PortRole, Switch, SwitchPorts};
pub use flow::{Auth, End, Flow, FlowExpr, Pac, Serve, ServiceRef};
pub use gateway::{BlockPart, Gateway, Host, Link, Proxy, ProxyPlace, Resolver, Zone};
pub use names::{Name, Uai, VlanId};
pub use region::{Block, Ike, L4, Owners, Policy, Region, Service, Suite, Wan};
pub use security::{
    Accept, Class, Experiment, Isolate, Kind, MayStart, Meet, Publish, Relay, Security, SiteName, Waiver, WebRule,
};
pub use site::{Centre, Delegated, DelegatedList, Establishment, Parts, Profile, Unmanaged};
