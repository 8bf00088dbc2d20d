//! From the options to credentials: where the secrets come from, and how to log in.

use std::path::Path;

use super::Fault;
use super::grammar::{OAuthOptions, ShownBy, TargetOptions};
use super::target::variable;
use crate::target::credentials::Credentials;
use crate::target::http::Trust;
use crate::target::oauth::{
    Account, ClientAuth, Code, LoginError, Loopback, OAuth, Registered, Way, Web, Who, endpoint,
};
use crate::target::redact::Redactor;
use crate::target::session::{Session, Source};
use crate::target::token_command::TokenCommand;

/// The credentials of the options. Nobody has logged in yet; the redactor knows what is known by now.
pub(super) fn credentials(options: &TargetOptions, trust: &Trust, redactor: &Redactor) -> Result<Credentials, Fault> {
    let session = |source: Source| Ok(Credentials::Session(Session::new(source, redactor.clone())));
    if let Some(command) = &options.token_command {
        return session(Source::Command(TokenCommand::new(command, redactor.clone())));
    }
    if options.oauth.oauth_client_credentials || options.oauth.oauth_code {
        return session(Source::OAuth(Box::new(oauth(options, trust, redactor)?)));
    }
    let credentials = given(options)?;
    credentials.secrets().iter().for_each(|secret| redactor.learn(secret));
    Ok(credentials)
}

/// What has to be asked of nobody.
fn given(options: &TargetOptions) -> Result<Credentials, Fault> {
    let (env, file) = (options.token_env.as_deref(), options.token_file.as_deref());
    if let Some(token) = secret("token", ["--token", "--token-file"], options.token.as_deref(), env, file)? {
        return Ok(Credentials::Bearer(token));
    }
    if let Some(pair) = &options.basic {
        let (user, password) =
            pair.split_once(':').ok_or_else(|| Fault::usage("--basic needs USER:PASSWORD, with a colon between"))?;
        return Ok(Credentials::Basic { user: user.into(), password: password.into() });
    }
    match std::env::var("SCIM_TOKEN") {
        Ok(text) if !text.trim().is_empty() => Ok(Credentials::Bearer(text.trim().into())),
        _ => Ok(Credentials::Anonymous),
    }
}

/// A secret from wherever it is: the command line, the environment, a file.
fn secret(
    what: &str,
    [on_line, in_file]: [&str; 2],
    line: Option<&str>,
    env: Option<&str>,
    file: Option<&Path>,
) -> Result<Option<String>, Fault> {
    let (text, from) = if let Some(text) = line {
        (text.to_string(), on_line.to_string())
    } else if let Some(name) = env {
        (variable(name)?, name.to_string())
    } else if let Some(file) = file {
        let text = std::fs::read_to_string(file)
            .map_err(|error| Fault::usage(format!("{in_file} {}: {error}", file.display())))?;
        (text, file.display().to_string())
    } else {
        return Ok(None);
    };
    match text.trim() {
        "" => Err(Fault::usage(format!("{from} holds no {what}"))),
        secret => Ok(Some(secret.into())),
    }
}

/// The login at an authorization server, which is as trusted as the target.
fn oauth(options: &TargetOptions, trust: &Trust, redactor: &Redactor) -> Result<OAuth, Fault> {
    let given = &options.oauth;
    let url = |option, text: &Option<String>| endpoint(option, text.as_deref().unwrap_or_default()).map_err(fault);
    let token_url = url("--oauth-token-url", &given.oauth_token_url)?;
    let way = if given.oauth_code {
        let authorize_url = url("--oauth-authorize-url", &given.oauth_authorize_url)?;
        Way::Code(Box::new(Code { authorize_url, who: who(given)? }))
    } else {
        Way::ClientCredentials
    };
    let client = Registered {
        id: given.oauth_client_id.clone().unwrap_or_default(),
        secret: secret(
            "secret",
            ["--oauth-client-secret", "--oauth-client-secret-file"],
            given.oauth_client_secret.as_deref(),
            given.oauth_client_secret_env.as_deref(),
            given.oauth_client_secret_file.as_deref(),
        )?,
        by: match given.oauth_client_auth {
            ShownBy::Basic => ClientAuth::Basic,
            ShownBy::Form => ClientAuth::Form,
        },
    };
    let web = Web::new(trust, options.timeout).map_err(Fault::usage)?;
    Ok(OAuth::new(token_url, client, given.oauth_scope.clone(), way, web, redactor.clone()))
}

/// An account that was given, or whoever sits at the browser.
fn who(given: &OAuthOptions) -> Result<Who, Fault> {
    let redirect = given.oauth_redirect_uri.as_deref().map(|text| endpoint("--oauth-redirect-uri", text));
    let redirect = redirect.transpose().map_err(fault)?;
    let options = ["", "--oauth-password-file"];
    let (env, file) = (given.oauth_password_env.as_deref(), given.oauth_password_file.as_deref());
    match (&given.oauth_user, secret("password", options, None, env, file)?, redirect) {
        (Some(user), Some(password), Some(redirect)) => {
            Ok(Who::Account(Account { user: user.clone(), password, redirect }))
        }
        (_, _, redirect) => Ok(Who::Browser {
            loopback: Loopback::bind(redirect.as_ref()).map_err(fault)?,
            show: Box::new(|address| eprintln!("log in at\n  {address}\nwaiting for the answer …")),
        }),
    }
}

/// What a login that did not come about means for the shell.
pub(super) fn fault(error: LoginError) -> Fault {
    match error {
        LoginError::Command(_) | LoginError::BadUrl { .. } => Fault::usage(error),
        LoginError::Broken => Fault::bug(error),
        _ => Fault::unreachable(error),
    }
}
