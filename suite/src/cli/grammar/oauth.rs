//! The options by which this program logs in at an authorization server.

use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// Logging in, and staying logged in as long as it takes.
#[derive(Debug, Clone, Default, Args)]
pub struct OAuthOptions {
    /// Log in with the client's own id and secret, and again when the token ends
    #[arg(long, help_heading = "OAuth", groups = ["credentials", "oauth"], requires_all = ["oauth_token_url", "oauth_client_id", "oauth_secret"])]
    pub oauth_client_credentials: bool,
    /// Log in by an authorization code with PKCE: in your browser, at an address that is shown, or with --oauth-user through
    /// the server's plain HTML forms. Renewed by the refresh token
    #[arg(long, help_heading = "OAuth", groups = ["credentials", "oauth"], requires_all = ["oauth_authorize_url", "oauth_token_url", "oauth_client_id"])]
    pub oauth_code: bool,
    /// Where the authorization server gives tokens
    #[arg(long, help_heading = "OAuth", value_name = "URL", requires = "oauth")]
    pub oauth_token_url: Option<String>,
    /// Where people log in and consent
    #[arg(long, help_heading = "OAuth", value_name = "URL", requires = "oauth_code")]
    pub oauth_authorize_url: Option<String>,
    /// The id of the client
    #[arg(long, help_heading = "OAuth", value_name = "ID", requires = "oauth")]
    pub oauth_client_id: Option<String>,
    /// The secret of the client (visible to other users of this machine: prefer --oauth-client-secret-env or -file)
    #[arg(long, help_heading = "OAuth", value_name = "SECRET", group = "oauth_secret", requires = "oauth")]
    pub oauth_client_secret: Option<String>,
    /// The environment variable that holds the client's secret
    #[arg(long, help_heading = "OAuth", value_name = "NAME", group = "oauth_secret", requires = "oauth")]
    pub oauth_client_secret_env: Option<String>,
    /// The file that holds the client's secret
    #[arg(long, help_heading = "OAuth", value_name = "FILE", group = "oauth_secret", requires = "oauth")]
    pub oauth_client_secret_file: Option<PathBuf>,
    /// How the client shows who it is: by HTTP Basic (basic), or by fields of the form that is posted (form)
    #[arg(long, help_heading = "OAuth", value_name = "HOW", value_enum, default_value_t = ShownBy::Basic, hide_possible_values = true)]
    pub oauth_client_auth: ShownBy,
    /// The scopes to ask for, with spaces between them
    #[arg(long, help_heading = "OAuth", value_name = "SCOPES", requires = "oauth")]
    pub oauth_scope: Option<String>,
    /// The registered redirect URI: with --oauth-user any one, since it is read and not followed; without, a port of this
    /// machine [default: http://127.0.0.1:PORT/callback with a free port]
    #[arg(long, help_heading = "OAuth", value_name = "URL", requires = "oauth_code")]
    pub oauth_redirect_uri: Option<String>,
    /// Who logs in and consents
    #[arg(long, help_heading = "OAuth", value_name = "NAME", requires_all = ["oauth_code", "oauth_password", "oauth_redirect_uri"])]
    pub oauth_user: Option<String>,
    /// The environment variable that holds the password of that account
    #[arg(long, help_heading = "OAuth", value_name = "NAME", group = "oauth_password", requires = "oauth_user")]
    pub oauth_password_env: Option<String>,
    /// The file that holds the password of that account
    #[arg(long, help_heading = "OAuth", value_name = "FILE", group = "oauth_password", requires = "oauth_user")]
    pub oauth_password_file: Option<PathBuf>,
}

/// How a client shows who it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum)]
pub enum ShownBy {
    /// By HTTP Basic
    #[default]
    Basic,
    /// By fields of the form that is posted
    Form,
}
