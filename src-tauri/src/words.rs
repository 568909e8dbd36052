//! Words for what the system shows and the page does not: dialogues, files, notifications.

use app::Headings;

use crate::{export::Name, views::Language};

/// The words of one language.
pub struct Words {
    /// The first rows of reports.
    pub headings: Headings,
    operations: &'static str,
    attempts: &'static str,
    expirations: &'static str,
}

impl Words {
    /// What a report is called before a person gives it another name.
    pub fn file_name(&self, name: Name) -> &'static str {
        match name {
            Name::Operations => self.operations,
            Name::Attempts => self.attempts,
            Name::Expirations => self.expirations,
        }
    }
}

/// The words of a language; without one, of the system's.
pub fn of(language: Option<Language>) -> &'static Words {
    match language.unwrap_or_else(of_system) {
        Language::English => &ENGLISH,
        Language::PortugueseOfBrazil => &PORTUGUESE,
    }
}

/// The language that the system's own variables name (POSIX.1-2017, 8.2).
fn of_system() -> Language {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| std::env::var(name).ok());
    match named {
        Some(name) if name.to_lowercase().starts_with("pt") => Language::PortugueseOfBrazil,
        Some(_) | None => Language::English,
    }
}

static ENGLISH: Words = Words {
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
        expirations: ["Username", "Device", "Policy", "Changed", "Expires", "Next due", "Standing"],
    },
    operations: "operations.csv",
    attempts: "attempts.csv",
    expirations: "password-expiration.csv",
};

static PORTUGUESE: Words = Words {
    headings: Headings {
        operations: [
            "Código",
            "Operação",
            "Usuário",
            "Dispositivo",
            "Estado",
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
        expirations: ["Usuário", "Dispositivo", "Política", "Alterada em", "Expira em", "Próxima troca", "Situação"],
    },
    operations: "operacoes.csv",
    attempts: "tentativas.csv",
    expirations: "expiracao-de-senhas.csv",
};
