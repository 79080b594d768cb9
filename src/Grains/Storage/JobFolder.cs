using MuSc.Engine.Files;

namespace MuSc.Grains.Storage;

/// <summary>Where a job's files lie below the results root.</summary>
/// <param name="root">The results root.</param>
/// <param name="job">The job.</param>
/// <exception cref="JobException">The job's identifier is none.</exception>
public sealed class JobFolder(string root, string job)
{
    private readonly string _folder = PathBelow.OfIdentifier(Path.Combine(root, "jobs"), job);

    /// <summary>The jobs that have a folder.</summary>
    /// <param name="root">The results root.</param>
    public static IReadOnlyList<string> All(string root) => Path.Combine(root, "jobs") is var jobs && Directory.Exists(jobs)
        ? [.. Directory.EnumerateDirectories(jobs).Select(folder => Path.GetFileName(folder)).Where(PathRules.IsIdentifier)]
        : [];

    /// <summary>All that the job has on the disk.</summary>
    public string Whole => _folder;

    /// <summary>What a finished job leaves: scores, maps, overlays, report.</summary>
    public string Results => Path.Combine(_folder, "results");

    /// <summary>What people say of its images.</summary>
    public string Marks => Path.Combine(_folder, "marks.json");

    /// <summary>What is needed only while the job runs.</summary>
    public string Work => Path.Combine(_folder, "work");

    /// <summary>How the job and its gallery come together, once that is known.</summary>
    public string GalleryPlan => Path.Combine(Work, "gallery.json");

    /// <summary>What the job takes from its gallery, by further names of the same files: whatever becomes of the gallery, the job has it.</summary>
    public string Gallery => Path.Combine(Work, "gallery");

    /// <summary>What becomes the gallery when the job is done.</summary>
    public string NextGallery => Path.Combine(Work, "gallery-next");

    /// <summary>Where the images of the results lie, of a job with a gallery.</summary>
    public string Sources => Path.Combine(_folder, "sources.json");

    /// <summary>Where owners keep their snapshots.</summary>
    public string Snapshots(int generation) => Path.Combine(Generation(generation), "owners");

    /// <summary>A block's patch scores, [n × P] float64.</summary>
    public string Scores(int generation, int block) => Path.Combine(Generation(generation), "scores", Name(block));

    /// <summary>A block's class tokens, [n × D] float32.</summary>
    public string ClassTokens(int generation, int block) => Path.Combine(Generation(generation), "class-tokens", Name(block));

    /// <summary>The features of a block's most anomalous patches, [n × C], where images are compared by them.</summary>
    public string Salient(int generation, int block) => Path.Combine(Generation(generation), "salient", Name(block));

    /// <summary>Deletes a folder where there is one.</summary>
    public static bool Delete(string folder)
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }

        return true;
    }

    private string Generation(int generation) => Path.Combine(Work, generation.ToString(CultureInfo.InvariantCulture));

    private static string Name(int block) => string.Create(CultureInfo.InvariantCulture, $"{block:D6}");
}
