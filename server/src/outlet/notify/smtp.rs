//! Hands a mail to a server. The address is resolved and judged here, and the connection goes to
//! that address; its certificate must be that of the host's name.

use std::time::Instant;

use lettre::{
    Message as Mail,
    transport::smtp::{
        authentication::{Credentials, Mechanism},
        client::{Certificate, SmtpConnection, TlsParameters},
        commands::{Data, Mail as From, Rcpt},
        extension::ClientId,
    },
};

use super::{
    guard::{ATTEMPT, CONNECT, Guard, GuardError},
    outcome::{Outcome, problem},
    target::{Mailbox, Security},
};

/// How mail servers are reached.
#[derive(Clone)]
pub(crate) struct Smtp {
    /// Judges addresses.
    pub guard: Guard,
    /// An authority that is trusted besides those of the web.
    pub authority: Option<Certificate>,
}

impl std::fmt::Debug for Smtp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Smtp({:?})", self.guard)
    }
}

/// Why a mail was not taken.
#[derive(Debug, thiserror::Error)]
enum Error {
    #[error("{0}")]
    Guard(#[from] GuardError),
    #[error("{0}")]
    Smtp(#[from] lettre::transport::smtp::Error),
    #[error("{0}")]
    Sent(lettre::transport::smtp::Error),
    #[error("the server refused the user or the password: {0}")]
    Login(lettre::transport::smtp::Error),
    #[error("the server offers no STARTTLS, and without it nothing is sent; smtps:// encrypts from the beginning")]
    NoStartTls,
    #[error("the server did not take the mail within {} s", ATTEMPT.as_secs())]
    Late,
}

/// Sends a mail. 5xx is final; everything else may be better later. A server that refuses one of
/// the recipients gets the mail for none of them, so that a second attempt doubles nothing.
pub(super) fn send(smtp: &Smtp, mailbox: &Mailbox, mail: &Mail, secrets: &[String]) -> Outcome {
    let Err(error) = deliver(smtp, mailbox, mail) else { return Outcome::Delivered };
    let problem = problem(&error.to_string(), secrets);
    let is_final = match &error {
        Error::Smtp(error) | Error::Login(error) | Error::Sent(error) => error.is_permanent(),
        Error::Guard(_) | Error::NoStartTls | Error::Late => false,
    };
    if is_final {
        return Outcome::Refused { problem };
    }
    // A mail whose connection ended between its last byte and the answer may be on its way.
    let may_have_arrived = matches!(&error, Error::Sent(error) if error.status().is_none());
    Outcome::Later { problem, after: None, may_have_arrived }
}

fn deliver(smtp: &Smtp, mailbox: &Mailbox, mail: &Mail) -> Result<(), Error> {
    let deadline = Instant::now() + ATTEMPT;
    let mut addresses = smtp.guard.resolve(&mailbox.host, mailbox.port)?;
    // Each is waited for as long as connecting may take.
    addresses.truncate(2);
    let mut tls = TlsParameters::builder(mailbox.host.trim_matches(['[', ']']).to_owned());
    if let Some(authority) = &smtp.authority {
        tls = tls.add_root_certificate(authority.clone());
    }
    let tls = tls.build()?;
    // A name that the server can look up: that of the sender.
    let client = ClientId::Domain(mailbox.from.domain().to_owned());
    let from_start = (mailbox.security == Security::Tls).then_some(&tls);
    let mut connection = SmtpConnection::connect(addresses.as_slice(), Some(CONNECT), &client, from_start, None)?;
    let ran = (|| {
        limit(&mut connection, deadline)?;
        if mailbox.security == Security::StartTls {
            if !connection.can_starttls() {
                return Err(Error::NoStartTls);
            }
            connection.starttls(&tls, &client)?;
            limit(&mut connection, deadline)?;
        }
        if let Some((user, password)) = &mailbox.login {
            let login = Credentials::new(user.clone(), password.clone());
            connection.auth(&[Mechanism::Plain, Mechanism::Login], &login).map_err(Error::Login)?;
            limit(&mut connection, deadline)?;
        }
        // The mail is ASCII, and so are the addresses: no extension is asked for.
        connection.command(From::new(mail.envelope().from().cloned(), vec![]))?;
        for address in mail.envelope().to() {
            limit(&mut connection, deadline)?;
            connection.command(Rcpt::new(address.clone(), vec![]))?;
        }
        limit(&mut connection, deadline)?;
        connection.command(Data)?;
        connection.message(&mail.formatted()).map_err(Error::Sent)?;
        Ok(())
    })();
    if ran.is_ok() {
        // The mail is accepted, however the connection ends.
        let _ended = connection.quit();
    } else {
        connection.abort();
    }
    ran
}

/// Lets no further wait go beyond the deadline.
fn limit(connection: &mut SmtpConnection, deadline: Instant) -> Result<(), Error> {
    let left = deadline.saturating_duration_since(Instant::now());
    if left.is_zero() || connection.set_timeout(Some(left.min(CONNECT))).is_err() {
        return Err(Error::Late);
    }
    Ok(())
}
