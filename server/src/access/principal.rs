//! Who asks, and what each may do. The gate finds out who it is, once for each request; routes say
//! what they need. Neither credentials nor responses are known here.

use std::sync::Arc;

use super::share::Share;

/// What a route needs of whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// Nothing, or a proof of the route's own: the token of a drain, a signed link.
    Nothing,
    /// To see what apps do.
    View,
    /// To change rules, channels, mutes, windows, boards, searches, annotations or drains.
    Edit,
    /// To change who comes in.
    Administer,
}

impl Need {
    /// What may be done by those who have it, for a sentence.
    #[must_use]
    pub const fn words(self) -> &'static str {
        match self {
            Self::Nothing => "be here",
            Self::View => "view",
            Self::Edit => "edit",
            Self::Administer => "administer",
        }
    }
}

/// What a person may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Viewer,
    Editor,
    Admin,
}

impl Role {
    /// Every role.
    pub(crate) const ALL: [Self; 3] = [Self::Viewer, Self::Editor, Self::Admin];

    /// The word for it in commands, forms and the store.
    #[must_use]
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Viewer => "viewer",
            Self::Editor => "editor",
            Self::Admin => "admin",
        }
    }

    /// The most that it allows.
    #[must_use]
    pub(crate) const fn allows(self) -> Need {
        match self {
            Self::Viewer => Need::View,
            Self::Editor => Need::Edit,
            Self::Admin => Need::Administer,
        }
    }
}

/// What an API token may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    Read,
    Write,
}

impl Scope {
    /// Every scope.
    pub(crate) const ALL: [Self; 2] = [Self::Read, Self::Write];

    /// The word for it in commands, forms and the store.
    #[must_use]
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }

    /// What its tokens begin with.
    #[must_use]
    pub(crate) const fn prefix(self) -> &'static str {
        match self {
            Self::Read => "sgr_",
            Self::Write => "sgw_",
        }
    }

    /// The most that it allows.
    #[must_use]
    pub(crate) const fn allows(self) -> Need {
        match self {
            Self::Read => Need::View,
            Self::Write => Need::Edit,
        }
    }
}

/// The apps that a token is limited to.
pub(crate) type Apps = Arc<[Box<str>]>;

/// Who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Principal {
    /// Somebody without credentials.
    Nobody,
    /// Somebody on this machine, while no password is set.
    Local,
    /// Somebody with `ADMIN_PASSWORD`, and the user name beside it.
    Admin { name: Option<String> },
    /// Somebody with a name and a password of their own.
    Person { id: i64, name: Arc<str>, role: Role },
    /// A script with an API token.
    Token { id: i64, name: Arc<str>, scope: Scope, apps: Option<Apps> },
    /// Somebody with a share link. Which routes it may ask is decided in `outlet/guard/shared`.
    Share(Arc<Share>),
}

impl Principal {
    /// Whether it may do what needs this.
    #[must_use]
    pub(crate) fn may(&self, need: Need) -> bool {
        let allowed = match self {
            Self::Nobody => Need::Nothing,
            Self::Local | Self::Admin { .. } => Need::Administer,
            Self::Person { role, .. } => role.allows(),
            Self::Token { scope, .. } => scope.allows(),
            Self::Share(_) => Need::View,
        };
        need <= allowed
    }

    /// The apps that it is limited to; `None` for no limit.
    #[must_use]
    pub(crate) fn apps(&self) -> Option<&Apps> {
        match self {
            Self::Token { apps, .. } => apps.as_ref(),
            Self::Share(share) => Some(&share.apps),
            _ => None,
        }
    }

    /// Whether it may see this app, as far as its limit goes.
    #[must_use]
    pub(crate) fn sees(&self, app: &str) -> bool {
        self.apps().is_none_or(|apps| apps.iter().any(|it| **it == *app))
    }

    /// The name for the record of who changed what. `None` for somebody without a name.
    #[must_use]
    pub(crate) fn name(&self) -> Option<String> {
        match self {
            Self::Nobody | Self::Local => None,
            Self::Admin { name } => name.clone(),
            Self::Person { name, .. } => Some(name.to_string()),
            Self::Token { name, .. } => Some(format!("token {name}")),
            Self::Share(share) => Some(format!("share link {}", share.name)),
        }
    }

    /// Who it is, for the sentence of a refusal.
    #[must_use]
    pub(crate) fn words(&self) -> &'static str {
        match self {
            Self::Nobody => "nobody",
            Self::Local => "somebody on this machine",
            Self::Admin { .. } => "the administrator",
            Self::Person { role: Role::Viewer, .. } => "a viewer",
            Self::Person { role: Role::Editor, .. } => "an editor",
            Self::Person { role: Role::Admin, .. } => "an administrator",
            Self::Token { scope: Scope::Read, .. } => "a token that may only read",
            Self::Token { scope: Scope::Write, .. } => "a token that may read and write",
            Self::Share(_) => "a share link",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ok_each_role_allows_more_than_the_one_before() {
        let person = |role| Principal::Person { id: 1, name: "a".into(), role };
        let token = |scope| Principal::Token { id: 1, name: "a".into(), scope, apps: None };
        for (who, most) in [
            (Principal::Nobody, Need::Nothing),
            (Principal::Local, Need::Administer),
            (Principal::Admin { name: None }, Need::Administer),
            (person(Role::Viewer), Need::View),
            (person(Role::Editor), Need::Edit),
            (person(Role::Admin), Need::Administer),
            (token(Scope::Read), Need::View),
            (token(Scope::Write), Need::Edit),
        ] {
            for need in [Need::Nothing, Need::View, Need::Edit, Need::Administer] {
                assert_eq!(who.may(need), need <= most, "{who:?} {need:?}");
            }
        }
    }

    #[test]
    fn ok_a_limit_is_for_tokens_alone() {
        let apps: Apps = ["a".into()].into();
        let token = Principal::Token { id: 1, name: "t".into(), scope: Scope::Read, apps: Some(apps) };
        assert!(token.sees("a") && !token.sees("b") && !token.sees("A") && !token.sees(""));
        assert!(Principal::Admin { name: None }.sees("b"));
    }
}
