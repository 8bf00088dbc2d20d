//! The parameters of an OAuth request, from a form or from the query of an address.

use super::refused::Refused;

/// Parameters, each once, and none without a value (RFC 6749 §3.1). It holds secrets, and is never printed.
pub(crate) struct Form(Vec<(String, String)>);

impl Form {
    pub(crate) fn read(text: &[u8]) -> Result<Self, Refused> {
        let mut all: Vec<(String, String)> = Vec::new();
        for (name, value) in form_urlencoded::parse(text) {
            if all.iter().any(|(known, _)| *known == name) {
                return Err(Refused::InvalidRequest("a parameter is given twice"));
            }
            all.push((name.into_owned(), value.into_owned()));
        }
        Ok(Self(all))
    }

    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(known, value)| known == name && !value.is_empty());
        found.map(|(_, value)| value.as_str())
    }

    /// A parameter without which the request means nothing.
    pub(crate) fn needs(&self, name: &'static str, or: &'static str) -> Result<&str, Refused> {
        self.find(name).ok_or(Refused::InvalidRequest(or))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_counts_once_and_with_a_value() {
        let form = Form::read(b"code=a%2Bb+c&state=&other").expect("well-formed");
        assert_eq!((form.find("code"), form.find("state"), form.find("other")), (Some("a+b c"), None, None));
        assert!(Form::read(b"code=a&code=a").is_err());
        assert!(Form::read(b"code=&code=a").is_err());
    }
}
