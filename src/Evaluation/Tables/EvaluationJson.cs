using System.Text.Encodings.Web;
using System.Text.Json;

namespace MuSc.Evaluation.Tables;

/// <summary>An evaluation for machines: its settings and its tables with all digits.</summary>
public static class EvaluationJson
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The text, which ends with a line end.</summary>
    public static string Write(EvaluationResult result, IReadOnlyList<ReportTable> tables)
    {
        EvaluationSpec spec = result.Spec;
        return JsonSerializer.Serialize(
            new
            {
                Settings = new
                {
                    Layout = spec.Layout.ToString().ToLowerInvariant(),
                    MaskRule = spec.EffectiveMaskRule.ToString().ToLowerInvariant(),
                    Backbone = result.Backbone?.Name,
                    BackboneSha256 = result.Backbone?.Sha256,
                    result.Size,
                    spec.Stages,
                    spec.Degrees,
                    Interval = spec.Interval.ToString(),
                    Reduction = spec.Reduction.ToString().ToLowerInvariant(),
                    Windows = spec.EffectiveWindows,
                    spec.Subsets,
                    Split = spec.Split.ToString().ToLowerInvariant(),
                    spec.Seed,
                },
                Tables = tables.Select(table => new
                {
                    table.Key,
                    table.Title,
                    table.Columns,
                    Rows = table.Rows.Select(row => new { row.Name, row.Values }),
                    table.Note,
                }),
            },
            Options) + "\n";
    }
}
