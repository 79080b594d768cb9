using System.Globalization;
using System.Text;
using MuSc.Contracts;
using MuSc.Engine.Files;
using MuSc.Engine.Inputs;
using MuSc.Scoring;

namespace MuSc.Evaluation;

/// <summary>RsCIN on the scores of any method (docs/method.md, Rescoring; paper, Table 11).</summary>
public static class Rescoring
{
    /// <summary>Rescores a table.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="tokens">The class tokens, in the order of the table.</param>
    /// <param name="windows">RsCIN's windows, each at least 1.</param>
    /// <returns>[N] in the order of the table.</returns>
    /// <exception cref="JobException">A window is not a number from 1 on, or there is no score.</exception>
    public static double[] Run(ExternalScores scores, ClassTokens tokens, IReadOnlyList<int> windows)
    {
        if (windows.Count == 0 || windows.Any(window => window < 1) || scores.Names.Count == 0)
        {
            throw new JobException(JobErrorKind.Usage, "RsCIN needs at least one score and windows that are numbers from 1 on.");
        }

        double[] rescored = new double[scores.Names.Count];
        RsCin.Rescore([.. scores.Names.Select(name => scores[name])], tokens.Values, tokens.Channels, windows, rescored);
        return rescored;
    }

    /// <summary>Finds the images of a table's names.</summary>
    /// <param name="scores">The scores.</param>
    /// <param name="images">Images by their names; the end of a name may do where it names one image only.</param>
    /// <exception cref="JobException">An image is absent, or its name could be one of several.</exception>
    public static IReadOnlyList<ImageFile> Match(ExternalScores scores, IReadOnlyList<ImageFile> images)
    {
        ILookup<string, ImageFile> byName = images.ToLookup(image => image.Name);
        return [.. scores.Names.Select(name =>
        {
            ImageFile[] found = [.. byName[name]];
            found = found.Length > 0 ? found : [.. images.Where(image => image.Name.EndsWith('/' + name, StringComparison.Ordinal))];
            return found.Length == 1 ? found[0] : throw new JobException(
                JobErrorKind.Input,
                found.Length == 0 ? $"There is no image '{name}', which has a score." : $"'{name}' could be {found[0].Name} or {found[1].Name}.");
        })];
    }

    /// <summary>Writes the table <c>image,score,score_before_rscin,rank</c>; it is whole or not there.</summary>
    /// <exception cref="JobException">The file cannot be written.</exception>
    public static void Write(string path, ExternalScores scores, double[] rescored)
    {
        int[] order = [.. Enumerable.Range(0, rescored.Length).OrderByDescending(row => rescored[row])];
        int[] ranks = new int[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            ranks[order[place]] = place + 1;
        }

        StringBuilder text = new("image,score,score_before_rscin,rank\r\n");
        for (int row = 0; row < rescored.Length; row++)
        {
            string name = scores.Names[row];
            text.Append(CultureInfo.InvariantCulture, $"{CsvText.Cell(name)},{rescored[row]:R},{scores[name]:R},{ranks[row]}\r\n");
        }

        DiskError.Tell(path, () =>
        {
            string aside = path + ".partial";
            File.WriteAllText(aside, text.ToString());
            File.Move(aside, path, overwrite: true);
        });
    }
}
