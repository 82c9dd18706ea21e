//! A ledger, its tokens, and a service over both, for one test.

use std::{
    net::{Ipv4Addr, SocketAddr},
    path::{Path, PathBuf},
    thread::{self, JoinHandle},
};

use bahi::{
    Ledger, LedgerName, NewLedger, Service, ServiceOptions,
    core::{ActorName, District, Instant, Role, SchemeName},
    demo::{self, Demo},
    recon::Payer,
};
use bahi_server::{Journal, Limits, NewToken, Paying, Server, Setup, TokenFile, Tokens, now};
use tempfile::TempDir;
use tokio::sync::oneshot;

use crate::client::{Answer, Request};

pub(crate) const ALLOT: &str = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000001","kind":"allot","actor":"fin-01","role":"finance","effective_day":"2024-04-01","authority":{"order":"B-1/2024","date":"2024-04-01"},"fund":{"scheme":"margin-money","head":"odop","fy":"2024-25","district":"Varanasi"},"amount":"10000000.00"}"#;
pub(crate) const APPLY: &str = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000002","kind":"apply","actor":"dic-vns","role":"district_office","effective_day":"2024-05-02","scheme":"margin-money","district":"187","case_ref":"VNS/2024/0042","applicant":{"person":{"person_key":"0123456789abcdef0123456789abcdef","family_key":"00000000000000000000000000000001"}},"facts":{"project_cost":"1000000.00"}}"#;
pub(crate) const SANCTION: &str = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000003","kind":"sanction","actor":"dm-vns","role":"sanctioning_authority","effective_day":"2024-06-10","authority":{"order":"S-7/2024","date":"2024-06-10","paragraph":"2"},"case_ref":"VNS/2024/0042","fund":{"scheme":"margin-money","head":"odop","fy":"2024-2025","district":"187"},"amount":"250000.00"}"#;
pub(crate) const DISBURSE: &str = r#"{"command_id":"0198a7c2-0000-7000-8000-000000000004","kind":"disburse","actor":"ddo-vns","role":"drawing_officer","effective_day":"2024-06-20","case_ref":"VNS/2024/0042","instalment":1,"amount":"250000.00","payee":{"account_key":"fedcba9876543210fedcba9876543210","ifsc":"SBIN0001234"},"reference":"BILL-1"}"#;

/// The position of the first event after the rulebook's.
pub(crate) const FIRST: u64 = 7;

/// An allotment to Varanasi of so many rupees under the id of a number.
pub(crate) fn allot(number: u64, rupees: u64) -> String {
    let id = format!("0198a7c2-0000-7000-9000-{number:012x}");
    ALLOT
        .replace("0198a7c2-0000-7000-8000-000000000001", &id)
        .replace("10000000.00", &format!("{rupees}.00"))
}

/// A place in which a service runs.
pub(crate) struct Place {
    pub(crate) dir: TempDir,
    pub(crate) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    running: Option<JoinHandle<Ledger>>,
}

/// What a place is made with.
pub(crate) struct Making {
    pub(crate) tokens: bool,
    pub(crate) signing: bool,
    pub(crate) limits: Limits,
    pub(crate) journal: Journal,
    /// Commands that are there before.
    pub(crate) before: Vec<String>,
    /// Whether a made-up history is there before.
    pub(crate) lived: bool,
    /// What else is done to the ledger before, in the place's directory.
    pub(crate) prepare: Option<fn(&mut Ledger, &Path)>,
    /// Who pays, from the vault `vault` of that directory.
    pub(crate) payer: Option<Payer>,
}

impl Default for Making {
    fn default() -> Making {
        let before = [ALLOT, APPLY, SANCTION, DISBURSE].map(str::to_owned).to_vec();
        let (limits, journal) = (Limits::default(), Journal::silent());
        let (prepare, payer) = (None, None);
        Making {
            tokens: false,
            signing: false,
            limits,
            journal,
            before,
            lived: false,
            prepare,
            payer,
        }
    }
}

impl Place {
    /// A service over one case, without tokens.
    pub(crate) fn open() -> Place {
        Place::make(Making::default())
    }

    /// The same, with tokens.
    pub(crate) fn with_tokens() -> Place {
        Place::make(Making { tokens: true, ..Making::default() })
    }

    /// A service over a made-up history with every scheme and story, without tokens.
    pub(crate) fn demo() -> Place {
        Place::make(Making { lived: true, before: Vec::new(), ..Making::default() })
    }

    pub(crate) fn make(making: Making) -> Place {
        let dir = tempfile::tempdir().expect("a directory");
        let ledger_dir = dir.path().join("ledger");
        let simulated_from = making.lived.then(demo::beginning);
        let name = LedgerName::new("served").expect("a name");
        let new = NewLedger { name, simulated_from };
        let mut ledger = Ledger::create(&ledger_dir, &new).expect("a ledger");
        ledger.open_rulebook().expect("the rulebook opens");
        if making.lived {
            let history = Demo { cases: 40, seed: 7 };
            demo::run(&mut ledger, history, &mut |_| {}).expect("it is lived");
        }
        let parse = |line: &String| bahi::parse_command(line.as_bytes()).expect("a command");
        for piece in making.before.chunks(4_000) {
            let commands: Vec<_> = piece.iter().map(parse).collect();
            ledger.submit_all(&commands).expect("they are accepted");
        }
        if let Some(prepare) = making.prepare {
            prepare(&mut ledger, dir.path());
        }
        let vault = dir.path().join("vault");
        let payments =
            making.payer.map(|payer| Paying { ledger: ledger_dir.clone(), vault, payer });
        let signing = making.signing.then(|| {
            let key = dir.path().join("key");
            bahi::signing::create(&key, &ledger_dir, ledger.name()).expect("a key");
            (key, ledger_dir.clone())
        });
        let file = TokenFile::at(&dir.path().join("tokens"), &ledger_dir).expect("outside");
        let tokens = making.tokens.then(|| {
            let new = new_token("nobody", Role::Auditor);
            file.add(&new, now()).expect("a file");
            Tokens::open(file, now).expect("tokens")
        });
        let service = Service::start(ledger, ServiceOptions::default()).expect("a service");
        let Making { limits, journal, .. } = making;
        let setup = Setup { service, tokens, signing, payments, limits, journal, encrypted: false };
        let (address, stop, running) = serve(setup);
        Place { dir, address, stop: Some(stop), running: Some(running) }
    }

    /// A token for a role, acting as the office that the samples name.
    pub(crate) fn token(&self, role: Role) -> String {
        let actor = match role {
            Role::Finance => "fin-01",
            Role::DistrictOffice => "dic-vns",
            Role::SanctioningAuthority => "dm-vns",
            Role::DrawingOfficer => "ddo-vns",
            Role::TreasuryJob => "treasury",
            Role::Auditor => "ag-7",
            Role::Administrator => "keeper",
        };
        self.token_of(&new_token(actor, role)).0
    }

    /// A token for a role that is held to a scheme and a district.
    pub(crate) fn scoped(&self, role: Role, actor: &str, scheme: &str, district: &str) -> String {
        let scheme = (!scheme.is_empty()).then(|| SchemeName::new(scheme).expect("a name"));
        let district = District::parse(district);
        self.token_of(&NewToken { scheme, district, ..new_token(actor, role) }).0
    }

    pub(crate) fn token_of(&self, new: &NewToken) -> (String, bahi_server::TokenId) {
        let (text, row) = self.token_file().add(new, now()).expect("a token");
        (text, row.identity.token)
    }

    pub(crate) fn token_file(&self) -> TokenFile {
        TokenFile::at(&self.dir.path().join("tokens"), &self.ledger_dir()).expect("outside")
    }

    pub(crate) fn ledger_dir(&self) -> PathBuf {
        self.dir.path().join("ledger")
    }

    pub(crate) fn get(&self, path: &str) -> Answer {
        Request::new("GET", path).send(self.address)
    }

    pub(crate) fn get_by(&self, token: &str, path: &str) -> Answer {
        Request::new("GET", path).by(token).send(self.address)
    }

    /// Brings one command.
    pub(crate) fn post(&self, line: &str) -> Answer {
        self.commands("application/json", line).send(self.address)
    }

    pub(crate) fn commands(&self, kind: &str, body: &str) -> Request {
        Request::new("POST", "/v1/commands").bringing(kind, body)
    }

    /// Stops the service and gives its ledger.
    pub(crate) fn stop(mut self) -> (Ledger, TempDir) {
        let ledger = self.end().expect("it runs");
        let dir = std::mem::replace(&mut self.dir, tempfile::tempdir().expect("a directory"));
        (ledger, dir)
    }

    fn end(&mut self) -> Option<Ledger> {
        let _ = self.stop.take()?.send(());
        Some(self.running.take()?.join().expect("it ends"))
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let ledger = self.end();
        if let Some(ledger) = ledger
            && !thread::panicking()
        {
            assert!(ledger.verify().ok(), "whatever was done to it, the ledger is sound");
        }
    }
}

pub(crate) fn new_token(actor: &str, role: Role) -> NewToken {
    NewToken {
        actor: ActorName::new(actor).expect("a name"),
        role,
        scheme: None,
        district: None,
        expires_at: Instant::parse("2100-01-01").expect("an instant"),
    }
}

/// Serves on a thread of its own.
fn serve(setup: Setup) -> (SocketAddr, oneshot::Sender<()>, JoinHandle<Ledger>) {
    let (stop, stopped) = oneshot::channel();
    let (told, address) = std::sync::mpsc::channel();
    let running = thread::spawn(move || {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(2).enable_all().build().expect("a runtime");
        runtime.block_on(async move {
            let any = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
            let server = Server::listen(any, setup, None).await.expect("it listens");
            told.send(server.address().expect("an address")).expect("it is waited for");
            let stop = async move { drop(stopped.await) };
            server.run(stop).await.expect("it stops")
        })
    });
    (address.recv().expect("it listens"), stop, running)
}
