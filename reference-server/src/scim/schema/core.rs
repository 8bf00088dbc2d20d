//! The tables: characteristics as in RFC 7643 section 8.7 with its verified errata, descriptions our own.

use super::discovery::{RESOURCE_TYPE, SCHEMA, SERVICE_PROVIDER_CONFIG};
use super::{Attribute, Mutability, ResourceKind, ResourceType, Returned, Schema, Type};

/// Attributes that every resource has and no schema lists.
pub const COMMON: &[Attribute] = &[
    string("schemas", "URNs of the schemas in use").multi().required(),
    string("id", "Identifier issued by this server").case_exact().read_only().always(),
    string("externalId", "Identifier issued by the provisioning client").case_exact(),
    complex("meta", "What the server knows of the resource", META).read_only(),
];

const META: &[Attribute] = &[
    string("resourceType", "Name of the resource type").case_exact().read_only(),
    attribute("created", "When the resource was created", Type::DateTime).read_only(),
    attribute("lastModified", "When the resource last changed", Type::DateTime).read_only(),
    reference("location", "Address of the resource", &["uri"]).case_exact().read_only(),
    string("version", "Version of the resource").case_exact().read_only(),
];

/// The User schema.
pub static USER: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:User",
    name: "User",
    description: "Account of a person",
    attributes: &[
        string("userName", "Name the person signs in with; unique in any case").required().non_empty().unique(),
        complex("name", "Parts of the person's name", NAME),
        string("displayName", "Name to show to others").non_empty(),
        string("nickName", "Informal name"),
        reference("profileUrl", "Page about the person", &["external"]),
        string("title", "Job title"),
        string("userType", "Relation to the organisation, such as employee or contractor"),
        string("preferredLanguage", "Languages wanted, as in Accept-Language"),
        string("locale", "Language tag for dates and numbers"),
        string("timezone", "Time zone name, as in Europe/Berlin"),
        attribute("active", "Whether the person may sign in", Type::Boolean),
        string("password", "Password to set; never shown").non_empty().write_only(),
        complex("emails", "E-mail addresses", &plural(&["work", "home", "other"])).multi(),
        complex("phoneNumbers", "Telephone numbers", &plural(&["work", "home", "mobile", "fax", "pager", "other"]))
            .multi(),
        complex(
            "ims",
            "Instant messaging addresses",
            &plural(&["aim", "gtalk", "icq", "xmpp", "msn", "skype", "qq", "yahoo", "other"]),
        )
        .multi(),
        complex("photos", "Pictures of the person", PHOTO).multi(),
        complex("addresses", "Postal addresses", ADDRESS).multi(),
        complex("groups", "Groups the person belongs to; changed through the groups", GROUPS).multi().read_only(),
        complex("entitlements", "Things the person may have", &plural(&[])).multi(),
        complex("roles", "Parts the person plays", &plural(&[])).multi(),
        complex("x509Certificates", "Certificates of the person", CERTIFICATE).multi(),
    ],
};

const NAME: &[Attribute] = &[
    string("formatted", "Whole name, ready to show"),
    string("familyName", "Family name"),
    string("givenName", "Given name"),
    string("middleName", "Middle names"),
    string("honorificPrefix", "Title in front of the name"),
    string("honorificSuffix", "Title after the name"),
];

const PHOTO: &[Attribute] = &[
    reference("value", "Address of the picture", &["external"]),
    DISPLAY,
    string("type", "What the picture is for").canonical(&["photo", "thumbnail"]),
    PRIMARY,
];

const ADDRESS: &[Attribute] = &[
    string("formatted", "Whole address, ready to print"),
    string("streetAddress", "Street and house number"),
    string("locality", "Town"),
    string("region", "State or region"),
    string("postalCode", "Postal code"),
    string("country", "Country as a two-letter code").country(),
    string("type", "What the address is for").canonical(&["work", "home", "other"]),
    PRIMARY,
];

const GROUPS: &[Attribute] = &[
    string("value", "Identifier of the group").read_only(),
    reference("$ref", "Address of the group", &["Group"]).read_only(),
    string("display", "Name of the group").read_only(),
    string("type", "Whether the membership is direct or through another group")
        .canonical(&["direct", "indirect"])
        .read_only(),
];

const CERTIFICATE: &[Attribute] = &[
    attribute("value", "Certificate in DER, as base64", Type::Binary),
    DISPLAY,
    string("type", "What the certificate is for"),
    PRIMARY,
];

const DISPLAY: Attribute = string("display", "Text to show for the value");
const PRIMARY: Attribute = attribute("primary", "The preferred value; at most one", Type::Boolean);

const fn plural(types: &'static [&'static str]) -> [Attribute; 4] {
    [string("value", "The value itself"), DISPLAY, string("type", "What the value is for").canonical(types), PRIMARY]
}

/// The Group schema.
pub static GROUP: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:core:2.0:Group",
    name: "Group",
    description: "Set of users and groups",
    attributes: &[
        string("displayName", "Name of the group").required().non_empty(),
        complex("members", "Who belongs to the group", MEMBERS).multi(),
    ],
};

const MEMBERS: &[Attribute] = &[
    string("value", "Identifier of the member").immutable(),
    reference("$ref", "Address of the member", &["User", "Group"]).immutable(),
    string("type", "Resource type of the member").canonical(&["User", "Group"]).immutable(),
    string("display", "Name of the member").immutable(),
];

/// The enterprise extension of User.
pub static ENTERPRISE_USER: Schema = Schema {
    id: "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User",
    name: "EnterpriseUser",
    description: "What an organisation adds to an account",
    attributes: &[
        string("employeeNumber", "Number the organisation gave the person"),
        string("costCenter", "Cost centre"),
        string("organization", "Organisation"),
        string("division", "Division"),
        string("department", "Department"),
        complex("manager", "The person's manager", MANAGER),
    ],
};

const MANAGER: &[Attribute] = &[
    string("value", "Identifier of the manager").case_exact(),
    reference("$ref", "Address of the manager", &["User"]),
    string("displayName", "Name of the manager").read_only(),
];

/// The schemas of discovery itself.
pub static DISCOVERY_SCHEMAS: &[&Schema] = &[&SERVICE_PROVIDER_CONFIG, &RESOURCE_TYPE, &SCHEMA];

/// All resource types of RFC 7643.
pub static RESOURCE_TYPES: [ResourceType; 2] = [
    ResourceType {
        kind: ResourceKind::User,
        name: "User",
        endpoint: "/Users",
        description: "Accounts of people",
        schema: &USER,
        extensions: &[&ENTERPRISE_USER],
        demanded: &[],
        hides: false,
    },
    ResourceType {
        kind: ResourceKind::Group,
        name: "Group",
        endpoint: "/Groups",
        description: "Groups of accounts",
        schema: &GROUP,
        extensions: &[],
        demanded: &[],
        hides: false,
    },
];

pub(super) const fn attribute(name: &'static str, description: &'static str, kind: Type) -> Attribute {
    Attribute {
        name,
        description,
        kind,
        multi_valued: false,
        required: false,
        non_empty: false,
        is_country: false,
        case_exact: false,
        mutability: Mutability::ReadWrite,
        returned: Returned::Default,
        unique: false,
        canonical_values: &[],
        reference_types: &[],
        sub_attributes: &[],
    }
}

pub(super) const fn string(name: &'static str, description: &'static str) -> Attribute {
    attribute(name, description, Type::String)
}

pub(super) const fn reference(
    name: &'static str,
    description: &'static str,
    types: &'static [&'static str],
) -> Attribute {
    Attribute { reference_types: types, ..attribute(name, description, Type::Reference) }
}

pub(super) const fn complex(name: &'static str, description: &'static str, parts: &'static [Attribute]) -> Attribute {
    Attribute { sub_attributes: parts, ..attribute(name, description, Type::Complex) }
}

impl Attribute {
    pub(super) const fn multi(self) -> Self {
        Self { multi_valued: true, ..self }
    }

    pub(super) const fn required(self) -> Self {
        Self { required: true, ..self }
    }

    pub(super) const fn non_empty(self) -> Self {
        Self { non_empty: true, ..self }
    }

    const fn country(self) -> Self {
        Self { is_country: true, ..self }
    }

    pub(super) const fn case_exact(self) -> Self {
        Self { case_exact: true, ..self }
    }

    pub(super) const fn unique(self) -> Self {
        Self { unique: true, ..self }
    }

    pub(super) const fn read_only(self) -> Self {
        Self { mutability: Mutability::ReadOnly, ..self }
    }

    pub(super) const fn immutable(self) -> Self {
        Self { mutability: Mutability::Immutable, ..self }
    }

    pub(super) const fn write_only(self) -> Self {
        Self { mutability: Mutability::WriteOnly, returned: Returned::Never, ..self }
    }

    pub(super) const fn always(self) -> Self {
        Self { returned: Returned::Always, ..self }
    }

    pub(super) const fn on_request(self) -> Self {
        Self { returned: Returned::Request, ..self }
    }

    pub(super) const fn canonical(self, values: &'static [&'static str]) -> Self {
        Self { canonical_values: values, ..self }
    }
}
