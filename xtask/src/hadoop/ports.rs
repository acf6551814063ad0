//! Free ports of the loopback interface.

use std::io;
use std::net::TcpListener;

/// The ports that others must know. What nobody needs to know beforehand listens where the system puts it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ports {
    pub(super) name_node: u16,
    pub(super) name_node_web: u16,
    pub(super) resources: u16,
    pub(super) resources_scheduler: u16,
    pub(super) resources_tracker: u16,
    pub(super) resources_admin: u16,
    pub(super) resources_web: u16,
    pub(super) history: u16,
    pub(super) history_web: u16,
    pub(super) history_admin: u16,
}

impl Ports {
    /// Ports that nobody listens on.
    pub(super) fn free() -> io::Result<Self> {
        // All are held until the last one is known, so that no two are the same.
        let held: Vec<TcpListener> = (0..10)
            .map(|_| TcpListener::bind(("127.0.0.1", 0)))
            .collect::<io::Result<_>>()?;
        let ports: Vec<u16> = held
            .iter()
            .map(|listener| Ok(listener.local_addr()?.port()))
            .collect::<io::Result<_>>()?;
        Ok(Ports {
            name_node: ports[0],
            name_node_web: ports[1],
            resources: ports[2],
            resources_scheduler: ports[3],
            resources_tracker: ports[4],
            resources_admin: ports[5],
            resources_web: ports[6],
            history: ports[7],
            history_web: ports[8],
            history_admin: ports[9],
        })
    }
}
