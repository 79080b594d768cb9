using MuSc.Contracts;
using MuSc.Engine.Files;

namespace MuSc.Evaluation.Tables;

/// <summary>Writes <c>evaluation.csv</c>, <c>evaluation.json</c> and <c>evaluation.md</c>; each is whole or not there.</summary>
public static class EvaluationFiles
{
    /// <summary>Writes the files; those of an earlier evaluation are replaced.</summary>
    /// <param name="folder">The folder; it is made where it is absent.</param>
    /// <param name="result">The evaluation.</param>
    /// <param name="tables">Its tables.</param>
    /// <exception cref="JobException">The folder cannot be written to.</exception>
    public static void Write(string folder, EvaluationResult result, IReadOnlyList<ReportTable> tables) => DiskError.Tell(folder, () =>
    {
        Directory.CreateDirectory(folder);
        Replace(Path.Combine(folder, "evaluation.csv"), TableText.Csv(tables));
        Replace(Path.Combine(folder, "evaluation.json"), EvaluationJson.Write(result, tables));
        Replace(Path.Combine(folder, "evaluation.md"), TableText.Markdown(tables));
    });

    private static void Replace(string path, string text)
    {
        string aside = path + ".partial";
        File.WriteAllText(aside, text);
        File.Move(aside, path, overwrite: true);
    }
}
