//! What the reference server costs, beside a bare axum route in the same run. `bench/server` starts it.
//!
//! ```text
//! bench measure CORE SCIMPROVE DOCUMENT    runs everything, servers on that core, and writes the tables
//! bench bare                               the bare route; its answers come by standard input
//! ```

mod bare;
mod load;
mod measure;
mod people;
mod process;
mod table;

use anyhow::bail;
use measure::Plan;
use std::path::Path;

/// That of the program that is measured: the bare route is to have no worse one.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["bare"] => bare::serve(serde_json::from_reader(std::io::stdin())?).await,
        ["measure", core, server, document] => {
            let table = table::table(&Plan { core, server: Path::new(server) }.carry_out().await?);
            print!("{table}");
            table::put(&table, Path::new(document))
        }
        _ => bail!("this is started by bench/server"),
    }
}
