//! What there is at all, and what discovery says of it.

use super::{BOTH, Book, Variant};
use crate::policy::{
    Bulk, BulkStatus, ConfigSchema, Cursor, Cycle, Discovery, DiscoveryFilter, Groups, Listing, Root, Sort, Vocabulary,
};

pub(super) static VARIANTS: &[Variant] = &[
    // PATCH is OPTIONAL (RFC 7644 §3.5.2). Okta's group push needs it.
    Variant {
        name: "offers.no-patch",
        sentence: "There is no PATCH.",
        change: |policy| policy.offers.patch = false,
        legal_under: &[Book::Rfc],
        shows: &[
            "OKTA-GRP-001",
            "OKTA-GRP-005",
            "OKTA-GRP-007",
            "OKTA-GRP-008",
            "OKTA-GRP-009",
            "OKTA-GRP-010",
            "OKTA-GRP-011",
            "OKTA-GRP-012",
            "OKTA-GRP-019",
            "OKTA-GRP-021",
            "OKTA-GRP-028",
            "OKTA-GRP-029",
            "OKTA-GRP-031",
            "OKTA-PWD-002",
            "OKTA-USR-036",
            "OKTA-USR-037",
            "OKTA-USR-048",
        ],
    },
    // Filters are OPTIONAL (RFC 7644 §3.4.2.2). Okta looks everybody up by one.
    Variant {
        name: "offers.no-filter",
        sentence: "There are no filters.",
        change: |policy| policy.offers.filter = false,
        legal_under: &[Book::Rfc],
        shows: &[
            "OKTA-GRP-002",
            "OKTA-GRP-019",
            "OKTA-NOT-003",
            "OKTA-TRN-005",
            "OKTA-USR-002",
            "OKTA-USR-003",
            "OKTA-USR-004",
            "OKTA-USR-006",
            "OKTA-USR-025",
            "OKTA-USR-035",
            "OKTA-USR-039",
            "OKTA-USR-046",
            "OKTA-USR-047",
        ],
    },
    // A server has the resource types that it lists (RFC 7644 §4).
    Variant {
        name: "offers.no-groups",
        sentence: "There are no groups.",
        change: |policy| policy.offers.groups = Groups::NotFound,
        legal_under: &[Book::Rfc],
        shows: &["OKTA-IMP-011", "OKTA-TST-002"],
    },
    // changePassword is a feature like others (RFC 7643 §5), and so is Okta's password sync.
    Variant {
        name: "offers.no-passwords",
        sentence: "There are no passwords; what is sent is dropped.",
        change: |policy| policy.offers.passwords = false,
        legal_under: BOTH,
        shows: &[],
    },
    // Sorting is OPTIONAL (RFC 7644 §3.4.2.3).
    Variant {
        name: "offers.no-sort",
        sentence: "There is no sorting; sortBy means nothing.",
        change: |policy| policy.offers.sort = Sort::Ignored,
        legal_under: BOTH,
        shows: &[],
    },
    // Bulk is OPTIONAL; 501 and 404 both say so (RFC7644-3.7-01).
    Variant {
        name: "offers.no-bulk",
        sentence: "There are no bulk requests.",
        change: |policy| policy.offers.bulk = Bulk::NotImplemented,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "offers.bulk-not-found",
        sentence: "There is nothing at /Bulk.",
        change: |policy| policy.offers.bulk = Bulk::NotFound,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguities A23 and A26.
    Variant {
        name: "bulk.status-object",
        sentence: "The status of a bulk operation is an object with a code.",
        change: |policy| policy.offers.bulk_status = BulkStatus::Object,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "bulk.circles-refused",
        sentence: "Operations of a bulk request that refer to each other are refused.",
        change: |policy| policy.offers.bulk_cycles = Cycle::Refused,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A61: a server may have no queries over all types, and nothing says how to refuse them.
    Variant {
        name: "root.not-implemented",
        sentence: "Queries over all types are not supported.",
        change: |policy| policy.offers.root = Root::NotImplemented,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "root.not-found",
        sentence: "There is nothing at the base address.",
        change: |policy| policy.offers.root = Root::NotFound,
        legal_under: BOTH,
        shows: &[],
    },
    // Cursors are OPTIONAL (RFC 9865 §1), and may be the way that pages go by default (§2.4).
    Variant {
        name: "cursor.none",
        sentence: "There is no paging by cursor.",
        change: |policy| policy.offers.cursor = Cursor::None,
        legal_under: BOTH,
        shows: &[],
    },
    // A path with a slash at its end is another path (RFC 3986 §6.2.3).
    Variant {
        name: "address.exact",
        sentence: "There is nothing at an address with a slash at its end.",
        change: |policy| policy.offers.trailing_slash = false,
        legal_under: BOTH,
        shows: &[],
    },
    // A server may support a part of the schemas (RFC 7644 §3.1).
    Variant {
        name: "schema.no-enterprise",
        sentence: "There is no enterprise extension.",
        change: |policy| policy.vocabulary = Vocabulary::WithoutEnterprise,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "schema.small",
        sentence: "A user has a name, mail addresses and a status, and nothing else.",
        change: |policy| policy.vocabulary = Vocabulary::Small,
        legal_under: BOTH,
        shows: &[],
    },
    // Resources may have extensions that others do not know (RFC 7643 §3.3).
    Variant {
        name: "schema.own-extension",
        sentence: "Users have an extension that no client has heard of.",
        change: |policy| policy.vocabulary = Vocabulary::WithBadge,
        legal_under: BOTH,
        shows: &[],
    },
    // RFC7643-5-16 is a SHOULD; Okta is configured with its credentials.
    Variant {
        name: "discovery.closed",
        sentence: "ServiceProviderConfig needs a token.",
        change: |policy| policy.offers.discovery = Discovery::Nothing,
        legal_under: &[Book::Okta],
        shows: &["RFC7643-5-16"],
    },
    // The ambiguity A39: nothing says that the rest of discovery needs a token.
    Variant {
        name: "discovery.open",
        sentence: "All of discovery is open to everybody.",
        change: |policy| policy.offers.discovery = Discovery::Everything,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A38: RFC7644-4-05 refuses the filter, and the same paragraph ignores it.
    Variant {
        name: "discovery.filter-ignored",
        sentence: "A filter on a discovery list means nothing.",
        change: |policy| policy.offers.discovery_filter = DiscoveryFilter::Ignored,
        legal_under: BOTH,
        shows: &[],
    },
    // The schemas of discovery describe no resource that a client sends.
    Variant {
        name: "discovery.resource-schemas-only",
        sentence: "/Schemas lists the schemas of users and groups alone.",
        change: |policy| policy.offers.schemas = Listing::Resources,
        legal_under: BOTH,
        shows: &[],
    },
    // RFC 9967 §4 adds a member to ServiceProviderConfig.
    Variant {
        name: "discovery.later-features",
        sentence: "ServiceProviderConfig says that there are no security events.",
        change: |policy| policy.offers.later_features = true,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A40: the document has it, and so has RFC 7643 §5.
    Variant {
        name: "discovery.config-as-printed",
        sentence: "The schema of ServiceProviderConfig lacks what RFC 7643 §8.7.2 lacks.",
        change: |policy| policy.offers.config_schema = ConfigSchema::AsPrinted,
        legal_under: BOTH,
        shows: &[],
    },
    // The ambiguity A41: RFC 7643 §8.7.1 has it so, against its §4.2, which counts (erratum 5368).
    Variant {
        name: "schema.optional-group-names",
        sentence: "A group may do without a name.",
        change: |policy| policy.vocabulary = Vocabulary::OptionalGroupNames,
        legal_under: &[Book::Okta],
        shows: &["RFC7643-4.2-02"],
    },
    // The ambiguity A42: RFC 7643 §2.3.7 says so, and §8.7.1 prints the contrary.
    Variant {
        name: "schema.exact-references",
        sentence: "The case of references counts.",
        change: |policy| policy.vocabulary = Vocabulary::ExactReferences,
        legal_under: BOTH,
        shows: &[],
    },
    Variant {
        name: "schema.as-printed",
        sentence: "manager.value and groups.$ref are as RFC 7643 §8.7.1 prints them.",
        change: |policy| policy.vocabulary = Vocabulary::AsPrinted,
        legal_under: BOTH,
        shows: &[],
    },
];
