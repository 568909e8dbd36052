//! Passwords that a login cannot prove. The template defines another proof, tested on a real server with a real shadow
//! file.

use std::time::Duration;

use anyhow::{Context, Result};
use app::{
    Connects, Parameters, Selection, Starter,
    domain::{
        CredentialId, FailureCode, SyncState,
        operation::{OperationState, VerificationResult},
    },
};
use lab::{Account, Host, HostSpec};
use tests::{Access, NewCredential, Practice, Setup};

const WITHIN: Duration = Duration::from_secs(60);

/// The change by chpasswd as root, and the part of a template that follows it.
macro_rules! as_root {
    ($id:literal, $more:expr) => {
        Starter {
            id: $id,
            name: $id,
            plugin: "ssh",
            connects: Connects::Access,
            source: concat!(
                "command \"sh -c 'echo ready-for-the-line; IFS= read -r line || exit 90; \
                 printf \"%s\\n\" \"$line\" | /usr/sbin/chpasswd'\"\n",
                "expect \"ready-for-the-line\"\nexec \"[#USERNAME#]:[#NEW_PASSWORD#]\"\nend-input\nexpect-exit 0\n",
                $more
            ),
        }
    };
}

/// The templates of these tests: a starter template, one that lets the device compare the password with its own shadow
/// file (the password is sent on standard input), and one that waives the proof.
static TEMPLATES: [Starter; 3] = [
    tests::built_in("ssh-root-chpasswd"),
    as_root!(
        "compares",
        concat!(
            "verify {\n",
            "command \"perl -e '$| = 1; print qq(ready-for-the-line\\n); my $line = <STDIN>; chomp $line; ",
            "my $kept = (getpwnam $ARGV[0])[1]; print crypt($line, $kept) eq $kept ? qq(it-is-right\\n) : qq(it-is-wrong\\n)' ",
            "[#USERNAME|sh#]\"\n",
            "deny-regex password \"/it-is-wrong/\"\n",
            "expect \"ready-for-the-line\"\nexec \"[#NEW_PASSWORD#]\"\nend-input\nexpect \"it-is-right\"\nexpect-exit 0\n}\n"
        )
    ),
    as_root!("waives", "verify none \"nobody logs in as this account\"\n"),
];

/// A host whose account `svc` has no login shell, and the vault that changes its password as root.
struct World {
    practice: Practice,
    host: Host,
    svc: CredentialId,
    _folder: tempfile::TempDir,
}

fn world(lab: &lab::Lab, template: &'static str) -> Result<World> {
    let nobody = Account::new("svc", "Start-pw-1").shell("/usr/sbin/nologin");
    let spec = HostSpec::new().account(Account::new("root", "Root-pw-1")).account(nobody);
    let host = lab.start(spec.sshd_option("PermitRootLogin yes"))?;
    let folder = tempfile::tempdir()?;
    let parameters = Parameters { back_off: Duration::from_millis(300), ..Parameters::default() };
    let setup = Setup { parameters, templates: &TEMPLATES, ..Setup::default() };
    let practice = Practice::create(folder.path(), "Live", setup)?;
    let device = practice.enter_device("srv-01", &host.address().to_string(), host.port())?;
    practice.accept_host_key(device)?;
    let enter =
        |username, password, access| practice.enter_credential(&NewCredential { device, username, password, access });
    let root = enter("root", "Root-pw-1", Access::None)?;
    let svc = enter("svc", "Start-pw-1", Access::Through(root, template))?;
    Ok(World { practice, host, svc, _folder: folder })
}

impl World {
    /// Tells whether the server's shadow file has this password, according to the server's own library.
    fn has(&self, password: &str) -> Result<bool> {
        let compare =
            "my $kept = (getpwnam 'svc')[1]; my $line = <STDIN>; chomp $line; exit(crypt($line, $kept) ne $kept)";
        Ok(self.host.run_with_input(&["perl", "-e", compare], &format!("{password}\n"))?.status == 0)
    }

    fn verify(&self) -> Result<app::OperationDetails> {
        let all = Selection::Ids(vec![self.svc]);
        let requested = self.practice.app.operations().request_verification(&all, None, None)?;
        let operation = *requested.operations.first().context("it was skipped")?;
        self.practice.watch(operation, WITHIN, |_| {})
    }

    fn verified(&self) -> Result<Option<VerificationResult>> {
        Ok(self.practice.app.credentials().get(self.svc)?.0.credential.verified.map(|verified| verified.result))
    }
}

#[test]
fn the_steps_of_a_template_prove_the_password_of_an_account_that_lets_nobody_work() -> Result<()> {
    let Some(lab) = lab::lab_or_skip("proving::the_steps_of_a_template_prove")? else { return Ok(()) };
    let world = world(&lab, "compares")?;
    let ended = world.practice.change(world.svc)?;
    assert_eq!(
        (ended.row.record.state, ended.row.record.failure),
        (OperationState::Succeeded, None),
        "{:?}",
        ended.attempts
    );
    let password = world.practice.password(world.svc)?;
    assert!(world.has(&password)?, "the server holds what the vault holds");
    assert!(!world.has("Start-pw-1")?, "and not the old one");

    let right = world.verify()?;
    assert_eq!(world.verified()?, Some(VerificationResult::Confirmed), "asked once more: {:?}", right.attempts);
    world.host.run_with_input(&["/usr/sbin/chpasswd"], "svc:Set-by-somebody-1\n")?;
    let wrong = world.verify()?;
    assert_eq!(wrong.row.record.failure, Some(FailureCode::AuthenticationFailed), "the device said so");
    assert_eq!(world.verified()?, Some(VerificationResult::Refused), "told as refused");
    let sync = world.practice.app.credentials().get(world.svc)?.0.credential.sync;
    assert_eq!(sync, SyncState::OutOfSync, "nothing that is stored works");
    for attempt in right.attempts.iter().chain(&wrong.attempts).chain(&ended.attempts) {
        let shown: String = attempt.transcript.iter().map(|line| line.text.as_str()).collect();
        assert!(!shown.contains(&password), "no transcript shows it");
    }
    Ok(())
}

#[test]
fn a_template_that_waives_the_proof_logs_in_as_nobody_but_who_connects() -> Result<()> {
    let Some(lab) = lab::lab_or_skip("proving::a_template_that_waives_the_proof")? else { return Ok(()) };
    let world = world(&lab, "waives")?;
    let ended = world.practice.change(world.svc)?;
    assert_eq!(
        (ended.row.record.state, ended.row.record.failure),
        (OperationState::Succeeded, None),
        "{:?}",
        ended.attempts
    );
    assert!(world.has(&world.practice.password(world.svc)?)?, "the server holds what the vault holds");
    let log = world.host.log()?;
    assert!(log.contains("for root"), "root has logged in: {log}");
    assert!(!log.contains("for svc"), "nobody tried to log in as the account: {log}");
    Ok(())
}
