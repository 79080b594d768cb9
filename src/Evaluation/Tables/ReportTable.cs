namespace MuSc.Evaluation.Tables;

/// <summary>One table of an evaluation.</summary>
/// <param name="Key">Its name for machines.</param>
/// <param name="Title">What it shows.</param>
/// <param name="RowTitle">What a row is.</param>
/// <param name="Columns">What the numbers are, with their unit where it is not percent.</param>
/// <param name="Rows">The rows.</param>
/// <param name="Note">What must be known to read it, or null.</param>
public sealed record ReportTable(
    string Key, string Title, string RowTitle, IReadOnlyList<string> Columns, IReadOnlyList<ReportRow> Rows, string? Note);

/// <summary>One row.</summary>
/// <param name="Name">What the numbers are of.</param>
/// <param name="Values">One for each column; null where not available.</param>
public sealed record ReportRow(string Name, IReadOnlyList<double?> Values);
