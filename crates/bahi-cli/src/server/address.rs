//! Where a service is: a scheme, a host and perhaps a port, and nothing else.

use std::{fmt, net::IpAddr};

/// The address of a service.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Address {
    encrypted: bool,
    /// The host and its port, as they are sent.
    authority: String,
    /// The host alone, without the brackets of an address.
    host: String,
}

impl Address {
    /// The address of a URL.
    ///
    /// # Errors
    /// What is wrong with it, as a fragment for a person. The URL is not shown: it may hold a secret.
    pub(crate) fn parse(url: &str) -> Result<Address, &'static str> {
        let (encrypted, rest) = match url.split_once("://") {
            Some(("https", rest)) => (true, rest),
            Some(("http", rest)) => (false, rest),
            Some(_) | None => {
                return Err("--server is a URL: https://HOST:PORT, or http://127.0.0.1:PORT");
            }
        };
        let authority = rest.strip_suffix('/').unwrap_or(rest);
        if authority.contains('@') {
            return Err("--server names no user and no password; a token comes by --token-file");
        }
        let plain = |found: char| found.is_ascii_alphanumeric() || "-._:[]".contains(found);
        if authority.is_empty() || !authority.chars().all(plain) {
            return Err("--server is a host and a port, without a path: https://HOST:PORT");
        }
        let (host, port) = match authority.strip_prefix('[') {
            Some(rest) => rest.split_once(']').ok_or("--server: an address lacks its ]")?,
            None => authority.split_at(authority.find(':').unwrap_or(authority.len())),
        };
        let port_is_sound = match port.strip_prefix(':') {
            Some(digits) => digits.parse::<u16>().is_ok_and(|port| port > 0),
            None => port.is_empty(),
        };
        if host.is_empty() || !port_is_sound {
            return Err("--server: the port is a number from 1 to 65535");
        }
        let (authority, host) = (authority.to_owned(), host.to_owned());
        Ok(Address { encrypted, authority, host })
    }

    /// Whether what is sent there is read by nobody on the way: by TLS, or on this machine alone.
    pub(crate) fn is_private(&self) -> bool {
        let here = self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback());
        self.encrypted || here || self.host.eq_ignore_ascii_case("localhost")
    }

    /// The URL of a path there.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("{self}{path}")
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.encrypted { "https" } else { "http" };
        write!(f, "{scheme}://{}", self.authority)
    }
}

#[cfg(test)]
mod tests {
    //! Addresses in every spelling.

    use super::Address;

    #[test]
    fn an_address_is_a_host_and_a_port_and_nothing_else() {
        let sound = [
            ("https://ledger.up.example", true),
            ("https://ledger.up.example:8443/", true),
            ("http://127.0.0.1:8210", true),
            ("http://localhost:8210/", true),
            ("http://[::1]:8210", true),
            ("http://10.0.0.5:8210", false),
            ("http://ledger.up.example", false),
            ("http://127.0.0.1.example", false),
        ];
        for (url, is_private) in sound {
            let address = Address::parse(url).unwrap_or_else(|error| panic!("{url}: {error}"));
            assert_eq!(address.is_private(), is_private, "{url}");
            assert_eq!(address.url("/x"), format!("{}/x", url.trim_end_matches('/')));
        }
        let wrong = [
            "",
            "ledger",
            "ftp://a",
            "https://",
            "https://a/b",
            "https://a?b",
            "https://a#b",
            "https://me:secret@a",
            "https://a:0",
            "https://a:65536",
            "https://a:b",
            "https://[::1",
            "https://a b",
            "https://a\r\nb",
            "https:///etc",
            "https://a%2fb",
            "https://:80",
        ];
        for url in wrong {
            let error = Address::parse(url).expect_err(url);
            assert!(error.starts_with("--server") && !error.contains("secret"), "{url}: {error}");
        }
    }
}
