//! Every behaviour that the published systems document: where it shows, and how it is seen to be broken. A behaviour that
//! shows on the wire has a server that is wrong about it, or a reason why no server can be shown to be.

/// One behaviour.
pub(crate) struct Behaviour {
    /// The id of its claim.
    pub(crate) claim: &'static str,
    /// Where it shows: `wire`, `page`, `emulator`, `text`; several with commas, in the order of the profile.
    pub(crate) shows: &'static str,
    /// How it is proven that it is seen.
    pub(crate) seen: Seen,
}

/// How a behaviour is seen.
pub(crate) enum Seen {
    /// Servers that break it, each with the check that says so.
    Broken(&'static [(&'static str, Wrong)]),
    /// Why not.
    Not(&'static str),
}

/// What is wrong with a server.
pub(crate) enum Wrong {
    /// Its profile says something else: each text in place of another.
    Says(&'static [(&'static str, &'static str)]),
    /// A defect of the server's.
    Does(&'static str),
}

use Seen::{Broken, Not};
use Wrong::{Does, Says};

const IN_PAGES: &str = "shows on the product's own pages alone";

/// A server that takes e-mail addresses and any other name.
const ANY_NAME: Wrong = Says(&[(r#"user-name = { value = "email""#, r#"user-name = { value = "any""#)]);

pub(crate) const RUBICONMD: &[Behaviour] = &[
    Behaviour {
        claim: "RMD-01",
        shows: "wire",
        seen: Broken(&[("profile.feature.create-users", Does("import.list-is-fake"))]),
    },
    Behaviour {
        claim: "RMD-02",
        shows: "wire",
        seen: Broken(&[
            ("profile.feature.update-attributes", Does("put.accepted-not-applied")),
            ("profile.feature.update-attributes", Does("patch.pathless-ignored")),
        ]),
    },
    Behaviour {
        claim: "RMD-03",
        shows: "wire,emulator",
        seen: Broken(&[
            ("profile.feature.deactivate", Does("deactivate.not-applied")),
            ("profile.feature.deactivate", Does("deactivate.deletes")),
        ]),
    },
    Behaviour {
        claim: "RMD-04",
        shows: "wire",
        seen: Broken(&[
            ("profile.feature.import-users", Does("import.unmanaged-invisible")),
            ("profile.feature.import-users", Does("reactivate.inactive-hidden")),
        ]),
    },
    Behaviour {
        claim: "RMD-05",
        shows: "wire",
        seen: Broken(&[(
            "profile.groups.absent",
            Says(&[
                ("import-groups = { value = false", "import-groups = { value = true"),
                ("[organisation]", "[groups]\nfrom = \"stated RMD-05\"\n\n[organisation]"),
            ]),
        )]),
    },
    Behaviour {
        claim: "RMD-06",
        shows: "wire,page",
        seen: Broken(&[
            ("profile.authentication.code", Says(&[("rubiconmd/oauth/callback", "rubiconmd/oauth/elsewhere")])),
            ("profile.authentication.code", Says(&[("refresh = { value = true", "refresh = { value = false")])),
        ]),
    },
    Behaviour {
        claim: "RMD-07",
        shows: "wire",
        seen: Broken(&[
            ("profile.authentication.idle", Says(&[("idle-days = { value = 90", "idle-days = { value = 89")])),
            ("profile.authentication.idle", Says(&[("idle-days = { value = 90", "idle-days = { value = 91")])),
        ]),
    },
    Behaviour {
        claim: "RMD-08",
        shows: "wire",
        seen: Broken(&[("profile.authentication.idle", Does("create.duplicate-accepted"))]),
    },
    Behaviour { claim: "RMD-09", shows: "wire", seen: Broken(&[("profile.user-name.email", ANY_NAME)]) },
    Behaviour {
        claim: "RMD-10",
        shows: "wire,page",
        seen: Broken(&[
            ("profile.values.user-type", Says(&[("    \"rmd:econsult:collaborator\",\n", "")])),
            (
                "profile.permission.user-type",
                Says(&[("may = [\"view all of the location or organisation\"]", "may = [\"look on\"]")]),
            ),
        ]),
    },
    Behaviour {
        claim: "RMD-11",
        shows: "wire",
        seen: Broken(&[
            (
                "profile.values.user-type",
                Says(&[("invalid = { value = \"default\"", "invalid = { value = \"refused\"")]),
            ),
            (
                "profile.default.user-type",
                Says(&[(
                    "default = { value = \"rmd:econsult:provider\"",
                    "default = { value = \"rmd:econsult:admin\"",
                )]),
            ),
        ]),
    },
    Behaviour {
        claim: "RMD-12",
        shows: "wire",
        seen: Broken(&[
            ("profile.case-exact.user-type", Says(&[("case-exact = { value = true", "case-exact = { value = false")])),
            ("profile.published.user-type", Says(&[("case-exact = { value = true", "case-exact = { value = false")])),
        ]),
    },
    Behaviour { claim: "RMD-13", shows: "emulator", seen: Not("shows in what the identity provider leaves undone") },
    Behaviour {
        claim: "RMD-14",
        shows: "wire,page",
        seen: Broken(&[
            (
                "profile.advisory.organization-with-access-groups",
                Says(&[
                    (
                        "from = \"stated RMD-14\"",
                        "from = \"stated RMD-14\"\n\n[[advisory]]\nname = \"other\"\nattribute = \"title\"\nwith = \
                         \"access-groups\"\nwords = \"other\"\nfrom = \"stated RMD-14\"",
                    ),
                    ("with = \"access-groups\"\nwords = \"access", "words = \"access"),
                ]),
            ),
            (
                "profile.advisory.organization-with-access-groups",
                Says(&[("known = [\"North Clinic\", \"South Clinic\"]", "known = [\"West Clinic\"]")]),
            ),
        ]),
    },
    Behaviour {
        claim: "RMD-15",
        shows: "page",
        seen: Broken(&[("profile.mail.welcome", Says(&[("on = \"create\"", "on = \"reactivate\"")]))]),
    },
    Behaviour {
        claim: "RMD-16",
        shows: "page,wire",
        seen: Broken(&[
            (
                "profile.opt-in.text-messages",
                Says(&[(
                    "name = \"text-messages\"\nattribute = \"phoneNumbers\"",
                    "name = \"text-messages\"\nattribute = \"nickName\"",
                )]),
            ),
            ("profile.opt-in.text-messages", Does("patch.remove-ignored")),
        ]),
    },
    Behaviour {
        claim: "RMD-17",
        shows: "wire",
        seen: Broken(&[
            (
                "profile.rule.organization",
                Says(&[(
                    "rule = { value = \"known\", from = \"stated RMD-17\" }\nknown = [\"North Clinic\", \"South Clinic\"]\n\
                         invalid = { value = \"refused\", from = \"chosen RMD-17\" }\n",
                    "",
                )]),
            ),
            (
                "profile.organisation.children",
                Says(&[("known = [\"North Clinic\", \"South Clinic\"]", "known = [\"North Clinic\"]")]),
            ),
        ]),
    },
    Behaviour {
        claim: "RMD-18",
        shows: "wire",
        // The switch is there, and closes nothing.
        seen: Broken(&[(
            "profile.gate.integration",
            Says(&[
                ("name = \"integration\"", "name = \"another\""),
                ("with = \"access-groups\"", "with = \"integration\""),
            ]),
        )]),
    },
];

pub(crate) const MDSCRIPTS: &[Behaviour] = &[
    Behaviour {
        claim: "MDS-01",
        shows: "wire",
        seen: Broken(&[(
            "profile.gate.okta-scim",
            Says(&[
                ("name = \"okta-scim\"", "name = \"another\""),
                (
                    "[accounts]",
                    "[[advisory]]\nname = \"other\"\nattribute = \"title\"\nwith = \"okta-scim\"\nwords = \"other\"\nfrom = \
                     \"stated MDS-01\"\n\n[accounts]",
                ),
            ]),
        )]),
    },
    Behaviour { claim: "MDS-02", shows: "page", seen: Not(IN_PAGES) },
    Behaviour {
        claim: "MDS-03",
        shows: "wire",
        seen: Broken(&[
            ("profile.authentication.key", Does("auth.empty-bearer")),
            ("profile.authentication.key", Does("auth.redirect-to-login")),
        ]),
    },
    Behaviour {
        claim: "MDS-04",
        shows: "wire",
        seen: Broken(&[
            ("profile.feature.link", Does("create.duplicate-accepted")),
            ("profile.feature.link", Does("create.duplicate-500")),
        ]),
    },
    Behaviour {
        claim: "MDS-05",
        shows: "wire",
        seen: Broken(&[
            ("profile.feature.update-attributes", Does("put.accepted-not-applied")),
            ("profile.feature.update-attributes", Does("patch.pathless-ignored")),
        ]),
    },
    Behaviour {
        claim: "MDS-06",
        shows: "wire",
        seen: Broken(&[
            ("profile.feature.deactivate", Does("deactivate.not-applied")),
            ("profile.feature.reactivate", Does("reactivate.refused")),
            ("profile.feature.reactivate", Does("reactivate.post-conflicts")),
        ]),
    },
    Behaviour {
        claim: "MDS-07",
        shows: "wire",
        seen: Broken(&[
            ("profile.default.role", Says(&[("default = { value = \"Assistant\"", "default = { value = \"Manager\"")])),
            ("profile.default.emails-type", Says(&[("default = { value = \"work\"", "default = { value = \"home\"")])),
            (
                "profile.values.role",
                Says(&[("[\"Assistant\", \"Manager\"]", "[\"Assistant\", \"Manager\", \"scim-sample-nobody\"]")]),
            ),
            (
                "profile.rule.timezone",
                Says(&[(
                    "rule = { value = \"time-zone\", from = \"stated MDS-07\" }\ninvalid = { value = \"refused\", from = \"chosen MDS-07\" }\n",
                    "",
                )]),
            ),
            (
                "profile.rule.site-numbers",
                Says(&[("known = [\"1001\", \"1002\", \"2001\"]", "known = [\"1001\", \"1002\"]")]),
            ),
            (
                "profile.required-when.npi",
                Says(&[("required-when = { value = \"isProvider is true\", from = \"stated MDS-07\" }\n", "")]),
            ),
            (
                "profile.published.is-provider",
                Says(&[(
                    "name = \"isProvider\"\ntype = \"boolean\"",
                    "name = \"isProvider\"\ntype = \"boolean\"\nmulti-valued = true",
                )]),
            ),
        ]),
    },
    Behaviour {
        claim: "MDS-08",
        shows: "wire",
        seen: Broken(&[
            (
                "profile.rule.npi",
                Says(&[(
                    "rule = { value = \"npi\", from = \"derived MDS-08\" }\ninvalid = { value = \"refused\", from = \"chosen MDS-07\" }\n",
                    "",
                )]),
            ),
            (
                "profile.rule.dea-license",
                Says(&[(
                    "rule = { value = \"dea-number\", from = \"derived MDS-08\" }\ninvalid = { value = \"refused\", from = \"chosen MDS-07\" }\n",
                    "",
                )]),
            ),
        ]),
    },
    Behaviour {
        claim: "MDS-09",
        shows: "wire",
        seen: Broken(&[
            ("profile.rule.name-given-name", NO_DIGIT_RULE),
            // Whoever is no provider may be called so.
            (
                "profile.rule.name-given-name",
                Says(&[("rule-when = { value = \"isProvider is true\", from = \"stated MDS-09\" }\n", "")]),
            ),
        ]),
    },
    Behaviour {
        claim: "MDS-10",
        shows: "wire",
        seen: Broken(&[("profile.applies-when.npi", NPI_APPLIES), ("profile.applies-when.dea-license", DEA_APPLIES)]),
    },
    Behaviour { claim: "MDS-11", shows: "wire", seen: Broken(&[("profile.user-name.email", ANY_NAME)]) },
];

const NO_DIGIT_RULE: Wrong = Says(&[(
    "rule = { value = \"no-digits\", from = \"stated MDS-09\" }\nrule-when = { value = \"isProvider is true\", from = \"stated MDS-09\" }\n\
     invalid = { value = \"refused\", from = \"chosen MDS-09\" }\n",
    "",
)]);
const NPI_APPLIES: Wrong = Says(&[(
    "applies-when = { value = \"isProvider is true\", from = \"stated MDS-10\" }\nrequired-when",
    "required-when",
)]);
const DEA_APPLIES: Wrong = Says(&[(
    "applies-when = { value = \"isProvider is true\", from = \"stated MDS-10\" }\n\n[[extension.attribute]]\nname = \"role\"",
    "\n[[extension.attribute]]\nname = \"role\"",
)]);

pub(crate) const REFTAB: &[Behaviour] = &[
    Behaviour {
        claim: "REF-01",
        shows: "wire",
        seen: Broken(&[("profile.feature.create-users", Does("import.list-is-fake"))]),
    },
    Behaviour {
        claim: "REF-02",
        shows: "wire",
        seen: Broken(&[("profile.feature.update-attributes", Does("put.accepted-not-applied"))]),
    },
    Behaviour {
        claim: "REF-03",
        shows: "wire",
        seen: Broken(&[("profile.feature.deactivate", Does("deactivate.not-applied"))]),
    },
    Behaviour {
        claim: "REF-04",
        shows: "wire",
        seen: Broken(&[
            ("profile.feature.group-push", Does("group.rename-ignored")),
            ("profile.feature.group-push", Does("member.filtered-remove-wipes")),
            ("profile.feature.group-push", Does("member.unknown-500")),
        ]),
    },
    Behaviour {
        claim: "REF-05",
        shows: "wire,page",
        seen: Broken(&[
            ("profile.groups.mapping", Does("member.filtered-remove-ignored")),
            ("profile.groups.mapping", Does("member.add-replaces")),
        ]),
    },
    Behaviour {
        claim: "REF-06",
        shows: "wire",
        seen: Broken(&[(
            "profile.gate.plan",
            Says(&[(
                "open-for = [\"Business\"]\nclosed-for = [\"Free\", \"Team\"]",
                "open-for = [\"Business\", \"Free\", \"Team\"]",
            )]),
        )]),
    },
    Behaviour { claim: "REF-07", shows: "page", seen: Not(IN_PAGES) },
    Behaviour { claim: "REF-08", shows: "wire", seen: Broken(&[("profile.user-name.email", ANY_NAME)]) },
    Behaviour { claim: "REF-09", shows: "page", seen: Not(IN_PAGES) },
    Behaviour {
        claim: "REF-10",
        shows: "page",
        seen: Broken(&[("profile.equipment.held", Does("deactivate.not-applied"))]),
    },
];

pub(crate) const RUDDERSTACK: &[Behaviour] = &[
    Behaviour {
        claim: "RUD-01",
        shows: "wire",
        seen: Broken(&[
            ("profile.feature.link", Does("create.duplicate-accepted")),
            ("profile.feature.create-users", Does("import.list-is-fake")),
        ]),
    },
    Behaviour {
        claim: "RUD-02",
        shows: "wire",
        seen: Broken(&[
            (
                "profile.mutability.emails",
                Says(&[(
                    "name = \"emails\"\nfrom = \"stated RUD-02\"\nmutability = { value = \"immutable\"",
                    "name = \"emails\"\nfrom = \"stated RUD-02\"\nmutability = { value = \"readWrite\"",
                )]),
            ),
            (
                "profile.mutability.user-name",
                Says(&[(
                    "name = \"userName\"\nfrom = \"stated RUD-02\"\nmutability = { value = \"immutable\"",
                    "name = \"userName\"\nfrom = \"stated RUD-02\"\nmutability = { value = \"readWrite\"",
                )]),
            ),
            ("profile.accepts.others", Says(&[("\"externalId\"]", "\"externalId\", \"title\"]")])),
            ("profile.accepts.attributes", Says(&[("[\"userName\", \"displayName\"", "[\"userName\", \"nickName\"")])),
            ("profile.feature.update-attributes", Does("patch.pathless-ignored")),
        ]),
    },
    Behaviour {
        claim: "RUD-03",
        shows: "wire",
        seen: Broken(&[
            ("profile.feature.deactivate", Does("deactivate.deletes")),
            ("profile.feature.reactivate", Does("reactivate.refused")),
            // Signs in no more, where access alone should end.
            ("profile.feature.deactivate", Says(&[("probe = { value = \"access\"", "probe = { value = \"login\"")])),
        ]),
    },
    Behaviour {
        claim: "RUD-04",
        shows: "wire,page",
        seen: Broken(&[
            (
                "profile.gate.role",
                Says(&[("open-for = [\"Admin\"]\nclosed-for = [\"Member\"]", "open-for = [\"Admin\", \"Member\"]")]),
            ),
            ("profile.authentication.key", Does("auth.empty-bearer")),
        ]),
    },
    Behaviour {
        claim: "RUD-05",
        shows: "wire",
        seen: Broken(&[
            ("profile.feature.remove-users", REMOVES),
            ("profile.refusal.delete-users-id", REMOVES),
            (
                "profile.groups.absent",
                Says(&[
                    (
                        "group-push = { value = false, from = \"stated RUD-05\" }\nenhanced",
                        "group-push = { value = true, from = \"stated RUD-05\" }\nenhanced",
                    ),
                    ("[organisation]", "[groups]\nfrom = \"stated RUD-05\"\n\n[organisation]"),
                ]),
            ),
            (
                "profile.password.ignored",
                Says(&[
                    ("password-sync = { value = false", "password-sync = { value = true"),
                    ("password = { value = \"ignored\"", "password = { value = \"set\""),
                    ("\"externalId\"]", "\"externalId\", \"password\"]"),
                ]),
            ),
        ]),
    },
    Behaviour { claim: "RUD-06", shows: "text", seen: Not("gives the reason for what is not offered") },
];

const REMOVES: Wrong = Says(&[(
    "[[refusal]]\nrequest = \"DELETE /Users/{id}\"\nstatus = 501\ndetail = \"users are not removed; deactivate them\"\nfrom = \"chosen RUD-05\"\n",
    "",
)]);

pub(crate) const RXNT: &[Behaviour] = &[
    Behaviour {
        claim: "RXN-01",
        shows: "wire,page",
        seen: Broken(&[
            ("profile.authentication.client-credentials", Says(&[(r#"["basic", "form"]"#, r#"["basic"]"#)])),
            ("profile.authentication.client-credentials", Says(&[("value = 3600", "value = 60")])),
        ]),
    },
    Behaviour { claim: "RXN-02", shows: "page", seen: Not(IN_PAGES) },
    Behaviour {
        claim: "RXN-03",
        shows: "wire,page",
        seen: Broken(&[(
            "profile.gate.provisioning",
            Says(&[
                ("name = \"provisioning\"", "name = \"another\""),
                (
                    "[accounts]",
                    "[[advisory]]\nname = \"other\"\nattribute = \"userName\"\nwith = \"provisioning\"\nwords = \"other\"\nfrom = \
                     \"stated RXN-03\"\n\n[accounts]",
                ),
            ]),
        )]),
    },
    Behaviour {
        claim: "RXN-04",
        shows: "wire,page",
        seen: Broken(&[(
            "profile.authentication.new-secret",
            Says(&[("secret-ends-tokens = { value = true", "secret-ends-tokens = { value = false")]),
        )]),
    },
    Behaviour {
        claim: "RXN-05",
        shows: "wire,page",
        seen: Broken(&[(
            "profile.authentication.deleted",
            Says(&[("can-be-deleted = { value = true", "can-be-deleted = { value = false")]),
        )]),
    },
    Behaviour {
        claim: "RXN-06",
        shows: "wire",
        seen: Broken(&[
            ("profile.accepts.others", Says(&[("    \"emails\",\n]", "    \"emails\",\n    \"title\",\n]")])),
            (
                "profile.accepts.attributes",
                Says(&[("    'phoneNumbers[type eq \"mobile\"].value',\n    \"externalId\"", "    \"externalId\"")]),
            ),
            ("profile.accepts.others", Says(&[("others = { value = \"ignored\"", "others = { value = \"read-only\"")])),
        ]),
    },
    Behaviour {
        claim: "RXN-07",
        shows: "page",
        seen: Broken(&[(
            "profile.pages.fixed",
            Says(&[("value = [\"name.givenName\", \"name.familyName\", \"userName\"", "value = [\"userName\"")]),
        )]),
    },
    Behaviour {
        claim: "RXN-08",
        shows: "wire,page",
        seen: Broken(&[(
            "profile.access-level.new",
            Says(&[("access-level = { value = \"Admin Staff\"", "access-level = { value = \"Clinical Staff\"")]),
        )]),
    },
    Behaviour {
        claim: "RXN-09",
        shows: "wire",
        seen: Broken(&[("profile.feature.deactivate", Does("deactivate.not-applied"))]),
    },
    Behaviour { claim: "RXN-10", shows: "page", seen: Not(IN_PAGES) },
    Behaviour {
        claim: "RXN-11",
        shows: "wire,page",
        seen: Broken(&[(
            "profile.password.ignored",
            Says(&[
                ("password-sync = { value = false", "password-sync = { value = true"),
                ("password = { value = \"ignored\"", "password = { value = \"set\""),
                ("    \"emails\",\n]", "    \"emails\",\n    \"password\",\n]"),
            ]),
        )]),
    },
    Behaviour {
        claim: "RXN-12",
        shows: "wire,emulator",
        seen: Broken(&[("profile.authentication.key", Does("auth.empty-bearer"))]),
    },
    Behaviour {
        claim: "RXN-13",
        shows: "wire",
        seen: Broken(&[(
            "profile.access-level.kept",
            Says(&[("keeps-what-is-given = { value = true", "keeps-what-is-given = { value = false")]),
        )]),
    },
];
