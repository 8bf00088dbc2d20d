//! What filters may look like, and what they mean, where RFC 7644 leaves it open.

/// How a filter is read. The default is what most understand the RFC to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FilterReading {
    /// A text without quotes is a string (A35).
    pub bare_words: BareWords,
    /// Whether a query may hold brackets (A30).
    pub brackets: Brackets,
    /// What brackets inside brackets are (A29).
    pub nested_brackets: NestedBrackets,
    /// `emails[type eq "work"].value eq "x"` asks for one address that is both, as in a PATCH path.
    pub parts_behind_brackets: bool,
    /// Whether `$ref` is a name (A43).
    pub dollar_names: DollarNames,
    /// An empty filter (A37).
    pub empty: EmptyFilter,
    /// What an attribute that nobody has means (A18).
    pub unknown: Unknown,
    /// An attribute of an extension may be named without its URN, where no other has that name.
    pub unqualified_names: bool,
    /// What a complex attribute without its part means (A31).
    pub bare_complex: BareComplex,
    /// `"True"` and `"False"` in any case are booleans (A36).
    pub string_booleans: bool,
    /// What `null` is (A34).
    pub nulls: NullOperand,
    /// What `ne` means where there are several values (A32).
    pub ne_of_several: NeOfSeveral,
    /// What `ne` means where there is no value (A33).
    pub ne_of_none: NeOfNone,
    /// How text is prepared before it is compared, here and for uniqueness (A68).
    pub comparison: Comparison,
}

/// A text without quotes in place of a value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BareWords {
    /// It is refused: values are JSON.
    #[default]
    Refused,
    /// It is a string, as in the examples of RFC 7644 §3.4.2.1 and RFC 9865.
    Text,
}

/// Brackets in the filter of a query; in a PATCH path they always stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Brackets {
    /// They are read.
    #[default]
    Read,
    /// They are refused: table 5 of RFC 7644 says MAY.
    Refused,
}

/// Brackets inside brackets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NestedBrackets {
    /// They are refused (erratum 7322).
    #[default]
    Refused,
    /// They are read, and find nothing: no part of a value has parts itself.
    FindNothing,
}

/// `$ref` in a filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DollarNames {
    /// It is a name like others (erratum 8924).
    #[default]
    Read,
    /// It is refused: the grammar has no such name.
    Refused,
}

/// A filter without text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmptyFilter {
    /// It is refused.
    #[default]
    Refused,
    /// It is none.
    Absent,
}

/// What an attribute that no type has means in a filter.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unknown {
    /// The filter is wrong.
    #[default]
    IsRefused,
    /// Nobody has a value.
    HasNoValue,
}

/// A complex attribute in a comparison that does not name its part.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BareComplex {
    /// Where it has several values, their `value` is meant, as in `emails co "example.com"`.
    #[default]
    ValueOfSeveral,
    /// Its `value` is meant wherever it has one, as in `manager eq "1"`.
    Value,
    /// It is refused.
    Refused,
}

/// `null` in a comparison.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NullOperand {
    /// It stands for no value (RFC 7643 §2.5).
    #[default]
    NoValue,
    /// It is refused.
    Refused,
}

/// `ne` with an attribute of several values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NeOfSeveral {
    /// It holds if one of them differs.
    #[default]
    OneDiffers,
    /// It holds if all of them differ.
    AllDiffer,
}

/// `ne` with an attribute without value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NeOfNone {
    /// It holds.
    #[default]
    Holds,
    /// It does not: there is nothing that differs.
    Fails,
}

/// Preparation of text whose case makes no difference.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Comparison {
    /// As PRECIS has it (RFC 8265 §3.3): width, case and composition make no difference.
    #[default]
    Prepared,
    /// Case alone makes none.
    LowerCase,
}
