//! An identifier that is kept within its record: whoever has found the record need not go elsewhere to see whether it is
//! the right one.

use std::fmt;
use std::ops::Deref;

/// A UUID has 36 bytes; what is longer is kept elsewhere after all.
const SHORT: usize = 38;

#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Id {
    /// So many of these bytes.
    Short(u8, [u8; SHORT]),
    Long(Box<str>),
}

impl From<String> for Id {
    fn from(id: String) -> Self {
        let mut bytes = [0; SHORT];
        match (u8::try_from(id.len()), bytes.get_mut(..id.len())) {
            (Ok(length), Some(place)) => {
                place.copy_from_slice(id.as_bytes());
                Self::Short(length, bytes)
            }
            _ => Self::Long(id.into()),
        }
    }
}

impl Deref for Id {
    type Target = str;

    fn deref(&self) -> &str {
        match self {
            // It was text when it came.
            Self::Short(length, bytes) => std::str::from_utf8(&bytes[..usize::from(*length)]).unwrap_or_default(),
            Self::Long(id) => id,
        }
    }
}

impl fmt::Debug for Id {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&**self, formatter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_it_was_made_of() {
        for length in [0, 1, 36, SHORT, SHORT + 1, 96, 300] {
            for letter in ["7", "\u{e9}"] {
                let text = letter.repeat(length / letter.len());
                assert_eq!(*Id::from(text.clone()), *text);
            }
        }
    }
}
