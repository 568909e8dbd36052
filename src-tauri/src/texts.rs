//! The texts that the system shows instead of the page: in dialogues, files, notifications and the tray.

use app::{Headings, NoticeKind, Subject};

use crate::{export::Name, views::Language};

/// The texts of one language.
pub struct Texts {
    /// The column headings of reports.
    pub headings: Headings,
    operations: &'static str,
    attempts: &'static str,
    expirations: &'static str,
    /// The entry of the tray's menu that shows the window again.
    pub open: &'static str,
    /// The entry of the tray's menu that ends the program.
    pub quit: &'static str,
    /// The body of a notification about several events, or about an event without a name.
    pub look: &'static str,
    /// Title and body of the notification that a copied password could not be cleared.
    pub clipboard_left: [&'static str; 2],
    notices: Notices,
    /// The word in front of the code of an operation whose names may not be shown.
    operation: &'static str,
    /// The three texts between a username and its device, between the device and the operation's code, and after the
    /// code.
    named: [&'static str; 3],
    asked_by: &'static str,
}

/// For each kind of notice, the title for one event, and the title for several events, which follows their number.
struct Notices {
    vault_displaced: [&'static str; 2],
    out_of_sync: [&'static str; 2],
    not_reconciled: [&'static str; 2],
    not_changed: [&'static str; 2],
    reconciled: [&'static str; 2],
    request_waits: [&'static str; 2],
}

impl Notices {
    fn of(&self, kind: NoticeKind) -> [&'static str; 2] {
        match kind {
            NoticeKind::VaultDisplaced => self.vault_displaced,
            NoticeKind::OutOfSync => self.out_of_sync,
            NoticeKind::NotReconciled => self.not_reconciled,
            NoticeKind::NotChanged => self.not_changed,
            NoticeKind::Reconciled => self.reconciled,
            NoticeKind::RequestWaits => self.request_waits,
        }
    }
}

impl Texts {
    /// Returns the title of a notification about one event.
    pub fn notice(&self, kind: NoticeKind) -> &'static str {
        self.notices.of(kind)[0]
    }

    /// Returns the title of a notification about two or more events.
    pub fn notices(&self, kind: NoticeKind, count: usize) -> String {
        format!("{count} {}", self.notices.of(kind)[1])
    }

    /// Returns the body of a notification, which names its subject.
    pub fn subject(&self, subject: &Subject) -> String {
        match subject {
            Subject::Operation { code, names: None } => format!("{} {code}", self.operation),
            Subject::Operation { code, names: Some((username, device)) } => {
                let [on, open, close] = self.named;
                format!("{username}{on}{device}{open}{code}{close}")
            }
            Subject::Request { by: Some(by) } => format!("{} {by}", self.asked_by),
            Subject::Request { by: None } | Subject::Unnamed => self.look.to_owned(),
        }
    }

    /// Returns the suggested file name of a report.
    pub fn file_name(&self, name: Name) -> &'static str {
        match name {
            Name::Operations => self.operations,
            Name::Attempts => self.attempts,
            Name::Expirations => self.expirations,
        }
    }
}

/// Returns the texts of a language; without a language, of the system's.
pub fn of(language: Option<Language>) -> &'static Texts {
    match language.unwrap_or_else(of_system) {
        Language::English => &ENGLISH,
        Language::PortugueseOfBrazil => &PORTUGUESE,
    }
}

/// Returns the language that the system's environment variables name (POSIX.1-2017, 8.2).
fn of_system() -> Language {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| std::env::var(name).ok());
    match named {
        Some(name) if name.to_lowercase().starts_with("pt") => Language::PortugueseOfBrazil,
        Some(_) | None => Language::English,
    }
}

static ENGLISH: Texts = Texts {
    headings: Headings {
        operations: [
            "Code",
            "Operation",
            "Username",
            "Device",
            "State",
            "Requester",
            "Scheduled",
            "Started",
            "Ended",
            "Attempts",
            "Error",
            "Template",
            "Message",
        ],
        attempts: [
            "Operation",
            "Attempt",
            "Type",
            "Username",
            "Device",
            "Requester",
            "Step",
            "Error",
            "Started",
            "Ended",
            "Template",
            "Version",
            "Message",
        ],
        expirations: ["Username", "Device", "Policy", "Changed", "Expires", "Next due", "Rotation"],
    },
    operations: "operations.csv",
    attempts: "attempts.csv",
    expirations: "password-expiration.csv",
    open: "Open Chaveiro",
    quit: "Quit",
    look: "Open Chaveiro to see more.",
    clipboard_left: [
        "A password may still be on the clipboard",
        "It could not be cleared, because another program uses the clipboard. Copy something else now.",
    ],
    notices: Notices {
        vault_displaced: [
            "The vault's files are gone. Nothing is saved any more",
            "times the vault's files were gone. Nothing is saved any more",
        ],
        out_of_sync: ["A credential is out of sync", "credentials are out of sync"],
        not_reconciled: ["A reconciliation failed", "reconciliations failed"],
        not_changed: ["A password change failed", "password changes failed"],
        reconciled: ["A password was reconciled", "passwords were reconciled"],
        request_waits: ["A request waits for a decision", "requests wait for a decision"],
    },
    operation: "Operation",
    named: [" on ", " (operation ", ")"],
    asked_by: "Requested by",
};

static PORTUGUESE: Texts = Texts {
    headings: Headings {
        operations: [
            "Código",
            "Operação",
            "Usuário",
            "Dispositivo",
            "Situação",
            "Solicitante",
            "Agendada para",
            "Iniciada em",
            "Encerrada em",
            "Tentativas",
            "Erro",
            "Template",
            "Mensagem",
        ],
        attempts: [
            "Operação",
            "Tentativa",
            "Tipo",
            "Usuário",
            "Dispositivo",
            "Solicitante",
            "Etapa",
            "Erro",
            "Iniciada em",
            "Encerrada em",
            "Template",
            "Versão",
            "Mensagem",
        ],
        expirations: ["Usuário", "Dispositivo", "Política", "Alterada em", "Expira em", "Próxima alteração", "Rotação"],
    },
    operations: "operacoes.csv",
    attempts: "tentativas.csv",
    expirations: "expiracao-de-senhas.csv",
    open: "Abrir o Chaveiro",
    quit: "Sair",
    look: "Abra o Chaveiro para ver mais.",
    clipboard_left: [
        "Uma senha ainda pode estar na área de transferência",
        "Não foi possível limpá-la, porque outro programa a está usando. Copie outra coisa agora.",
    ],
    notices: Notices {
        vault_displaced: [
            "Os arquivos do cofre sumiram. Nada mais é salvo",
            "vezes os arquivos do cofre sumiram. Nada mais é salvo",
        ],
        out_of_sync: ["Uma credencial está fora de sincronia", "credenciais estão fora de sincronia"],
        not_reconciled: ["Uma reconciliação falhou", "reconciliações falharam"],
        not_changed: ["Uma alteração de senha falhou", "alterações de senha falharam"],
        reconciled: ["Uma senha foi reconciliada", "senhas foram reconciliadas"],
        request_waits: ["Uma solicitação aguarda uma decisão", "solicitações aguardam uma decisão"],
    },
    operation: "Operação",
    named: [" em ", " (operação ", ")"],
    asked_by: "Solicitado por",
};
