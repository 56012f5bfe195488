//! `tradepost import`: products from a file.

use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::Context;
use indicatif::{ProgressBar, ProgressStyle};
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::import::{ImageFolder, ImportOptions, ImportReport, import_products};

/// The exit code when the file was imported but for the rows that were refused.
const SOME_ROWS_REFUSED: u8 = 3;

/// Imports the products of a file; pictures that it names by a path are looked for beside it.
///
/// # Errors
/// When the file cannot be read as such, and the database's own.
pub async fn import(app: &App, file: &Path, dry_run: bool) -> anyhow::Result<ExitCode> {
    let source = File::open(file).with_context(|| format!("{} cannot be opened", file.display()))?;
    let bar = progress_bar(source.metadata().map_or(0, |facts| facts.len()));
    let folder = match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder.to_owned(),
        _ => ".".into(),
    };
    let options = ImportOptions { dry_run, images: ImageFolder::Disk(folder), ..ImportOptions::default() };
    let started = Instant::now();
    let report = import_products(app, &Actor::System, source, options, &|progress| {
        bar.set_position(progress.bytes);
        bar.set_message(format!("{} products, {} refused", progress.products, progress.failed));
    })
    .await;
    bar.finish_and_clear();
    let report = report.with_context(|| format!("{} was not imported to its end", file.display()))?;
    write_errors(&mut std::io::stderr().lock(), &report)?;
    write_report(&mut std::io::stdout().lock(), &report, dry_run, started.elapsed())?;
    Ok(if report.error_count == 0 { ExitCode::SUCCESS } else { ExitCode::from(SOME_ROWS_REFUSED) })
}

fn progress_bar(bytes: u64) -> ProgressBar {
    if !std::io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{wide_bar} {percent:>3} %  {msg}");
    ProgressBar::new(bytes).with_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()))
}

fn write_errors(out: &mut impl Write, report: &ImportReport) -> std::io::Result<()> {
    for error in &report.errors {
        writeln!(out, "{error}")?;
    }
    let kept = u64::try_from(report.errors.len()).unwrap_or(u64::MAX);
    if report.error_count > kept {
        writeln!(out, "and {} more", report.error_count - kept)?;
    }
    Ok(())
}

fn write_report(
    out: &mut impl Write,
    report: &ImportReport,
    dry_run: bool,
    time: Duration,
) -> std::io::Result<()> {
    let (products, variants) = (report.products(), report.variants);
    let ImportReport { created, updated, unchanged, failed, .. } = report;
    let millis = time.as_millis();
    let (seconds, tenths) = (millis / 1_000, millis % 1_000 / 100);
    let rate = u128::from(products) * 1_000 / millis.max(1);
    writeln!(out, "{products} products, {variants} variants in {seconds}.{tenths} s ({rate} products/s)")?;
    writeln!(out, "{created} created, {updated} updated, {unchanged} unchanged, {failed} refused")?;
    if dry_run {
        writeln!(out, "This was a dry run: nothing was written.")?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_says_what_happened_and_how_fast() {
        let report = ImportReport {
            created: 9_990,
            unchanged: 10,
            failed: 2,
            variants: 30_000,
            ..ImportReport::default()
        };
        let mut out = Vec::new();
        write_report(&mut out, &report, true, Duration::from_millis(21_345)).unwrap();
        assert_eq!(
            String::from_utf8(out).unwrap(),
            "10000 products, 30000 variants in 21.3 s (468 products/s)\n\
             9990 created, 0 updated, 10 unchanged, 2 refused\n\
             This was a dry run: nothing was written.\n"
        );
    }
}
