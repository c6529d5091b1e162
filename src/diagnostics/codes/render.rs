//! Codes of writing texts.

super::codes! {
    CANNOT_RENDER = Error "render/cannot-render" {
        says: "a target that is unknown, lacks what a flow needs, or cannot represent a text",
        wrong: "gateway: { target: netfilter }",
        right: "gateway: { target: nftables }",
        basis: "",
    }
}
