//! What must not be known to others: of every token, password of an administrator, client secret, code and refresh token
//! this server keeps a digest, and nothing that leads back.

use sha2::{Digest, Sha256};
use std::fmt;
use subtle::{Choice, ConstantTimeEq};

/// The digest of something secret. It has no equality but `is`, so that nobody compares two of them in another way.
#[derive(Clone, Copy)]
pub(crate) struct Secret([u8; 32]);

impl Secret {
    pub(crate) fn of(text: impl AsRef<[u8]>) -> Self {
        Self(Sha256::digest(text.as_ref()).into())
    }

    /// Whether both are of the same text, in a time that does not depend on where they differ.
    pub(crate) fn is(&self, other: &Self) -> Choice {
        self.0.ct_eq(&other.0)
    }

    /// A part of it, to look it up in a table by. How long a look-up takes tells nothing of the text: whoever wanted to come
    /// nearer step by step would have to choose digests.
    pub(crate) fn mark(&self) -> u64 {
        let mut mark = [0; 8];
        mark.copy_from_slice(&self.0[..8]);
        u64::from_be_bytes(mark)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Secret")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_itself_alone() {
        let sesame = Secret::of("sesame");
        assert!(bool::from(sesame.is(&Secret::of(b"sesame"))));
        for other in ["", "sesam", "sesamee", "Sesame", "sesame "] {
            assert!(!bool::from(sesame.is(&Secret::of(other))), "{other}");
        }
    }

    #[test]
    fn it_is_the_digest_that_others_compute_too() {
        // FIPS 180-4's example "abc".
        assert_eq!(Secret::of("abc").mark(), 0xba78_16bf_8f01_cfea);
    }

    #[test]
    fn printed_it_says_nothing() {
        assert_eq!(format!("{:?}", Secret::of("sesame")), "Secret");
    }
}
