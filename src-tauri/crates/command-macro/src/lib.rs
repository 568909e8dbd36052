//! The attribute of every command of the window. Every command that carries it has a span in the log.

use proc_macro::TokenStream;
use quote::quote;
use syn::{ItemFn, ReturnType, Type, parse_macro_input};

/// Turns a function into a command. It runs off the window's thread, its types are exported to the page, and the log
/// gets its name, a number, its duration and its result. The arguments never reach the log.
///
/// The crate that uses it must have the function `logging::command(name, body)`.
#[proc_macro_attribute]
pub fn command(_: TokenStream, function: TokenStream) -> TokenStream {
    let ItemFn { attrs, vis, sig, block, .. } = parse_macro_input!(function as ItemFn);
    let name = sig.ident.to_string();
    let answer: Box<Type> = match &sig.output {
        ReturnType::Type(_, answer) => answer.clone(),
        ReturnType::Default => syn::parse_quote!(()),
    };
    quote! {
        #(#attrs)*
        #[tauri::command(async)]
        #[specta::specta]
        #vis #sig {
            crate::logging::command(#name, move || -> #answer #block)
        }
    }
    .into()
}
