using System.Text.Json;
using MuSc.Evaluation.DataSets;

namespace MuSc.Evaluation.Published;

/// <summary>
/// Published results in percent (docs/method.md, Published results), each with its source, from the file published.json beside this one. The seven numbers are
/// AUROC, F1-max and AP of images, then AUROC, F1-max, AP and PRO (by the authors' steps) of pixels; null where none was published.
/// </summary>
/// <param name="Sources">Where the numbers are from.</param>
/// <param name="Benchmarks">One for each benchmark.</param>
public sealed record PublishedResults(PublishedSources Sources, IReadOnlyList<PublishedBenchmark> Benchmarks)
{
    /// <summary>Numbers of each row.</summary>
    public const int Count = 7;

    public static PublishedResults Load()
    {
        using Stream file = typeof(PublishedResults).Assembly.GetManifestResourceStream("MuSc.Evaluation.published.json")!;
        return JsonSerializer.Deserialize<PublishedResults>(file, JsonSerializerOptions.Web)!;
    }

    /// <summary>The benchmark of which all these categories are a part, or null.</summary>
    public PublishedBenchmark? Find(DataSetLayout layout, IEnumerable<string> categories) => Benchmarks.FirstOrDefault(
        benchmark => benchmark.Layout.Equals(layout.ToString(), StringComparison.OrdinalIgnoreCase) && categories.All(benchmark.Categories.ContainsKey));
}

/// <summary>Where published numbers are from.</summary>
/// <param name="Paper">The paper's.</param>
/// <param name="Code">Those of the authors' code.</param>
/// <param name="Methods">Those of other methods.</param>
public sealed record PublishedSources(string Paper, string Code, string Methods);

/// <summary>What was published of one benchmark.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Layout">Its layout.</param>
/// <param name="Paper">The paper's means.</param>
/// <param name="Code">The means of the authors' code.</param>
/// <param name="Categories">The authors' code, by category.</param>
/// <param name="Backbones">Means of the authors' code with other backbones.</param>
/// <param name="Methods">Means of other methods.</param>
public sealed record PublishedBenchmark(
    string Name,
    string Layout,
    double?[] Paper,
    double?[] Code,
    IReadOnlyDictionary<string, double?[]> Categories,
    IReadOnlyList<PublishedBackbone> Backbones,
    IReadOnlyList<PublishedMethod> Methods);

/// <summary>The authors' code with one backbone at one size.</summary>
/// <param name="Id">The backbone's name here.</param>
/// <param name="Name">The authors' name of it.</param>
/// <param name="Pretraining">How it was trained.</param>
/// <param name="Size">Side of the images in pixels.</param>
/// <param name="Values">The means.</param>
public sealed record PublishedBackbone(string Id, string Name, string Pretraining, int Size, double?[] Values);

/// <summary>Another method's means.</summary>
public sealed record PublishedMethod(string Name, string Venue, string Setting, double?[] Values);
