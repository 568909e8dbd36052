//! The replies of RESP2, and their text as a template sees it.

/// The deepest nesting of replies that is read.
const DEEPEST: usize = 8;

/// One reply of the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Reply {
    Text(String),
    Error(String),
    Number(i64),
    Nothing,
    List(Vec<Reply>),
}

/// The result of parsing the bytes that have been received so far.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Parsed {
    Whole(Reply),
    /// The bytes are the beginning of a reply.
    Part,
    /// The bytes are not valid RESP2, or hold more than one reply.
    Nonsense,
}

/// Parses the one reply that is expected.
pub(crate) fn parse(bytes: &[u8]) -> Parsed {
    let mut rest = bytes;
    match next(&mut rest, 0) {
        Ok(reply) if rest.is_empty() => Parsed::Whole(reply),
        Ok(_) | Err(Stop::Nonsense) => Parsed::Nonsense,
        Err(Stop::Part) => Parsed::Part,
    }
}

enum Stop {
    Part,
    Nonsense,
}

fn next(rest: &mut &[u8], depth: usize) -> Result<Reply, Stop> {
    if depth > DEEPEST {
        return Err(Stop::Nonsense);
    }
    match take(rest, 1)? {
        b"+" => Ok(Reply::Text(line(rest)?)),
        b"-" => Ok(Reply::Error(line(rest)?)),
        b":" => Ok(Reply::Number(number(rest)?)),
        b"$" => match length(rest)? {
            None => Ok(Reply::Nothing),
            Some(length) => {
                let bytes = take(rest, length)?;
                if take(rest, 2)? != b"\r\n" {
                    return Err(Stop::Nonsense);
                }
                Ok(Reply::Text(String::from_utf8_lossy(bytes).into_owned()))
            }
        },
        b"*" => match length(rest)? {
            None => Ok(Reply::Nothing),
            // No memory is reserved for the announced number, because the server may announce any number.
            Some(length) => (0..length).map(|_| next(rest, depth + 1)).collect::<Result<_, _>>().map(Reply::List),
        },
        _ => Err(Stop::Nonsense),
    }
}

fn take<'a>(rest: &mut &'a [u8], length: usize) -> Result<&'a [u8], Stop> {
    let (taken, left) = rest.split_at_checked(length).ok_or(Stop::Part)?;
    *rest = left;
    Ok(taken)
}

fn line(rest: &mut &[u8]) -> Result<String, Stop> {
    let end = rest.windows(2).position(|two| two == b"\r\n").ok_or(Stop::Part)?;
    let text = String::from_utf8_lossy(take(rest, end)?).into_owned();
    take(rest, 2)?;
    Ok(text)
}

fn number(rest: &mut &[u8]) -> Result<i64, Stop> {
    // No valid number is longer. Without this limit, the client would wait for the end of an endless line.
    if rest.len() > 32 && !rest[..32].contains(&b'\r') {
        return Err(Stop::Nonsense);
    }
    line(rest)?.parse().map_err(|_| Stop::Nonsense)
}

/// Reads a length. `None` is the length of the null reply.
fn length(rest: &mut &[u8]) -> Result<Option<usize>, Stop> {
    match number(rest)? {
        -1 => Ok(None),
        length => usize::try_from(length).map(Some).map_err(|_| Stop::Nonsense),
    }
}

impl Reply {
    /// Returns the text that a template waits for: a line for each part. Hashes of passwords are left out: they have no
    /// salt, so that a reader could find the password by guessing.
    pub fn shown(&self) -> String {
        match self {
            Self::Text(text) => format!("{}\n", without_hashes(text)),
            Self::Error(text) => format!("(error) {}\n", without_hashes(text)),
            Self::Number(number) => format!("{number}\n"),
            Self::Nothing => "(nil)\n".to_owned(),
            Self::List(replies) => replies.iter().map(Self::shown).collect(),
        }
    }
}

/// Replaces every run of exactly 64 hexadecimal digits, which is the form of a password hash.
fn without_hashes(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut digits = String::new();
    for character in text.chars().map(Some).chain([None]) {
        match character {
            Some(digit) if digit.is_ascii_hexdigit() => digits.push(digit),
            other => {
                shown.push_str(if digits.len() == 64 { "(hash)" } else { &digits });
                digits.clear();
                shown.extend(other);
            }
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::{Parsed, Reply, parse};

    #[test]
    fn whole_answers_are_read_and_parts_are_waited_for() {
        let text = |text: &str| Reply::Text(text.to_owned());
        let list = Reply::List(vec![text("flags"), Reply::List(vec![text("off")]), Reply::Number(-7), Reply::Nothing]);
        let bytes = b"*4\r\n$5\r\nflags\r\n*1\r\n+off\r\n:-7\r\n$-1\r\n";
        assert_eq!(parse(bytes), Parsed::Whole(list.clone()), "every kind");
        for cut in 0..bytes.len() {
            assert_eq!(parse(&bytes[..cut]), Parsed::Part, "cut after {cut}");
        }
        assert_eq!(list.shown(), "flags\noff\n-7\n(nil)\n", "a line for each");
    }

    #[test]
    fn nonsense_is_told_from_a_beginning() {
        let deep = b"*1\r\n".repeat(20);
        let lies: [&[u8]; 7] =
            [b"HTTP/1.1 400\r\n", b"+OK\r\n+OK\r\n", b"$-2\r\n", b"$x\r\n", b"$1\r\nabc", &deep, &[b'*'; 40]];
        for lie in lies {
            assert_eq!(parse(lie), Parsed::Nonsense, "{}", String::from_utf8_lossy(lie));
        }
        assert_eq!(parse(b"*9223372036854775807\r\n"), Parsed::Part, "nothing is reserved for what is announced");
    }

    #[test]
    fn hashes_of_passwords_are_left_out() {
        let hash = "0123456789abcdef".repeat(4);
        let user = Reply::Text(format!("user app on #{hash} ~* +@all {hash}0"));
        assert_eq!(user.shown(), format!("user app on #(hash) ~* +@all {hash}0\n"), "64 digits are one");
    }
}
