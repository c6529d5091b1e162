//! Codes of writing texts.

super::codes! {
    CANNOT_RENDER = Error "render/cannot-render" {
        says: "a target whose descriptor or templates cannot say what a device must do, or cannot represent a text",
        wrong: "files: []                                  # in targets/nftables.yaml",
        right: "files:\n  - { template: nftables/etanche.nft.j2, path: etanche.nft, from: filter }",
        basis: "",
    }
}
