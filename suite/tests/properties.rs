//! placeholder
mod matrix;
use matrix::{BOOKS, Peer};
#[test]
fn clean() {
    let n = std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(20);
    let seed = std::env::var("SEED").ok().and_then(|n| n.parse().ok()).unwrap_or(1);
    let defects = match std::env::var("DEFECT") {
        Ok(d) => vec![scim_reference_server::defects::named(&d).unwrap()],
        _ => vec![],
    };
    let start = std::time::Instant::now();
    let story = matrix::properties(
        &Peer { defects, ..Peer::correct() },
        &BOOKS,
        scimprove::properties::Plan { cases: n, seed },
    );
    println!("{:?}", start.elapsed());
    for f in &story.finished {
        println!(
            "{:?} {} {:?} {:#?}",
            f.outcome,
            f.id,
            f.reason,
            f.findings.iter().map(|f| (&f.difference, &f.steps, &f.reproduce)).collect::<Vec<_>>()
        );
    }
    println!("{:?}", story.ended);
}
