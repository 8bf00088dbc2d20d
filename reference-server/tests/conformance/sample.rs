//! A user with a value for everything that a client may say of one.

use crate::client::{BASE, ENTERPRISE, USER};
use serde_json::{Value, json};

/// A self-signed certificate in DER, as base64.
pub(crate) const CERTIFICATE: &str = "MIIBdDCCARqgAwIBAgIBATAKBggqhkjOPQQDAjAYMRYwFAYDVQQDDA1tYXJpYS5leGFtcGxlMCAXDTI2MTEyNDIxMjAzNVoYDzIxMjYxMDMxMjEyMDM1WjAYMRYwFAYDVQQDDA1tYXJpYS5leGFtcGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEB4Lwso5BCFdUHP75ZyN/MKMXUMENfjeSQrR3FzOWnEESexLcvzXI/KrhFFOTiMyNhFyz8CvE26i4FNlteEENjKNTMFEwHQYDVR0OBBYEFAKifTOg1LEdfOR1FuwGDNiUTKPOMB8GA1UdIwQYMBaAFAKifTOg1LEdfOR1FuwGDNiUTKPOMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDSAAwRQIgCRNa9iDx7GAK33TefOaWmxWCzhiRu3dqaqhrjo+QeKkCIQC3fa5j8t9jL7wMxOIbN4Rv1/3fzMXrZuP2291Q6+nKdA==";

pub(crate) fn full_user(name: &str) -> Value {
    json!({
        "schemas": [USER, ENTERPRISE],
        "externalId": format!("Hr-{name}"),
        "userName": name,
        "name": {
            "formatted": "Dr. Maria Elena Rossi, MSc",
            "familyName": "Rossi",
            "givenName": "Maria",
            "middleName": "Elena",
            "honorificPrefix": "Dr.",
            "honorificSuffix": "MSc",
        },
        "displayName": "Maria Rossi",
        "nickName": "Mia",
        "profileUrl": "https://people.example/Maria.Rossi",
        "title": "Engineer",
        "userType": "Employee",
        "preferredLanguage": "it-IT, en;q=0.7",
        "locale": "it-IT",
        "timezone": "Europe/Rome",
        "active": true,
        "password": "a clear Word 1",
        "emails": [
            {"value": "maria@work.example", "display": "at work", "type": "work", "primary": true},
            {"value": "maria@home.example", "type": "home"},
        ],
        "phoneNumbers": [{"value": "tel:+39-06-555-0100", "display": "desk", "type": "work", "primary": true}],
        "ims": [{"value": "mia.rossi", "display": "chat", "type": "xmpp", "primary": true}],
        "photos": [
            {"value": "https://people.example/Maria.jpg", "display": "portrait", "type": "photo", "primary": true},
            {"value": "https://people.example/Maria.small.jpg", "type": "thumbnail"},
        ],
        "addresses": [{
            "formatted": "Via Roma 1\n00184 Roma\nItalia",
            "streetAddress": "Via Roma 1\nScala B",
            "locality": "Roma",
            "region": "Lazio",
            "postalCode": "00184",
            "country": "IT",
            "type": "work",
            "primary": true,
        }],
        "entitlements": [{"value": "licence-7", "display": "Licence", "type": "product", "primary": true}],
        "roles": [{"value": "Student", "display": "student", "type": "school", "primary": true}],
        "x509Certificates": [{"value": CERTIFICATE, "display": "laptop", "type": "device", "primary": true}],
        ENTERPRISE: {
            "employeeNumber": "4711",
            "costCenter": "CC-12",
            "organization": "Ex Ample",
            "division": "Tools",
            "department": "Wrenches",
            "manager": {"value": "chief-of-nobody", "$ref": format!("{BASE}/Users/chief-of-nobody")},
        },
    })
}
