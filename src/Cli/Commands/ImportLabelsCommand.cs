using MuSc.Cli.Commands.Cluster;
using MuSc.Client;
using MuSc.Engine.Results;
using MuSc.Evaluation;
using MuSc.Scoring.Metrics;

namespace MuSc.Cli.Commands;

/// <summary><c>musc import-labels</c>: how often a decision is right, by a table of labels or by the marks of a job's page.</summary>
internal static class ImportLabelsCommand
{
    public static MuscCommand Create(string name)
    {
        Argument<string> results = new("results") { Description = "Folder of finished results.", Validators = { OptionParsers.NoOptions } };
        Option<string?> labels = NewOption.Of<string?>("--labels", "file.csv", "Table with the columns image and label (anomalous or normal).");
        Option<string?> job = NewOption.Of<string?>("--job", "id", "Take the marks that people made on the page of this job of a cluster.");
        ClientOptions cluster = new();
        MuscCommand command = new(
            name,
            "Print how often the decision about finished results is right, and how often the best possible threshold would be.",
            "musc import-labels musc-results --labels labels.csv",
            "musc import-labels musc-results --job JOB --cluster https://musc.example")
        {
            results, labels, job, cluster.All,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(labels) is null == result.GetValue(job) is null)
            {
                result.AddError("Give either --labels or --job.");
            }
        });
        return command.Does(async (parsed, cancellationToken) =>
        {
            FinishedResults finished = FinishedResults.Open(parsed.GetRequiredValue(results));
            IReadOnlyDictionary<string, bool> truth = parsed.GetValue(labels) is { } table
                ? LabelsCsv.Read(table)
                : await MarksAsync(cluster, parsed, parsed.GetValue(job)!, cancellationToken).ConfigureAwait(false);
            LabelledResults compared = LabelledResults.Of(finished, truth);
            return new(() => Json(compared), console => Print(compared, console));
        });
    }

    private static async Task<IReadOnlyDictionary<string, bool>> MarksAsync(
        ClientOptions cluster, ParseResult parsed, string job, CancellationToken cancellationToken)
    {
        await using MuScClient client = await cluster.ConnectAsync(parsed, cancellationToken).ConfigureAwait(false);
        return await client.MarksAsync(job, cancellationToken).ConfigureAwait(false);
    }

    private static object Json(LabelledResults compared) => new
    {
        compared.Anomalous,
        compared.Normal,
        Decided = compared.Decided is { } decided ? Json(decided) : null,
        compared.BestThreshold,
        Best = Json(compared.Best),
        compared.Unknown,
    };

    private static object Json(DecisionMetrics metrics) => new { metrics.Precision, metrics.Recall, metrics.F1 };

    private static void Print(LabelledResults compared, IAnsiConsole console)
    {
        console.WriteLine($"{compared.Anomalous:N0} images with the label anomalous, {compared.Normal:N0} normal.");
        foreach (string unknown in compared.Unknown)
        {
            console.WriteLine(Printable.Of($"Not among the scored images: {unknown}"));
        }

        if (compared.BestThreshold is not { } threshold)
        {
            console.WriteLine("Precision and recall need both: label at least one anomalous and one normal image.");
            return;
        }

        console.WriteTable(
            null,
            [Tables.Words(""), Tables.Numbers("Precision"), Tables.Numbers("Recall"), Tables.Numbers("F1")],
            [Row(compared.Decided is null ? "Nothing is decided" : "Decision", compared.Decided), Row($"Best threshold, {threshold:0.0000}", compared.Best)]);
    }

    private static string[] Row(string title, DecisionMetrics? metrics) => [title, Share(metrics?.Precision), Share(metrics?.Recall), Share(metrics?.F1)];

    private static string Share(double? value) => value is { } share ? $"{share:P1}" : "–";
}
