//! The connectors that this program is built with. To add a connector, add it as a dependency of this crate and as a
//! line in [`all`]; no other crate depends on a connector.

use std::sync::Arc;

use connector::Connector;
use connector_redis::Redis;
use connector_ssh::Ssh;

/// Returns an instance of every connector.
pub fn all() -> Vec<Arc<dyn Connector>> {
    vec![Arc::new(Ssh), Arc::new(Redis)]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use template::starter;

    #[test]
    fn every_connector_has_its_own_id_and_a_transport() {
        let descriptors: Vec<_> = super::all().iter().map(|connector| connector.descriptor()).collect();
        let ids: BTreeSet<_> = descriptors.iter().map(|descriptor| &descriptor.id).collect();
        assert_eq!(ids.len(), descriptors.len(), "no two have the same id");
        for descriptor in &descriptors {
            assert!(!descriptor.transports.is_empty(), "{}: a device could not be entered", descriptor.id);
        }
    }

    #[test]
    fn every_starter_template_is_for_a_connector_that_there_is() {
        let ids: BTreeSet<String> = super::all().iter().map(|known| known.descriptor().id.to_string()).collect();
        for starter in starter::ALL {
            assert!(ids.contains(starter.plugin), "{}: there is no connector {}", starter.id, starter.plugin);
        }
    }
}
