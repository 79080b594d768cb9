using System.Text.Json;
using System.Text.Json.Serialization;
using MuSc.Engine.Results;
using MuSc.Features.Backbones;

namespace MuSc.Engine.Galleries;

/// <summary>What a gallery holds: the file <c>gallery.json</c> in its folder, which is replaced as a whole.</summary>
/// <param name="Format">The version of this file and of those that it names.</param>
/// <param name="Generation">The folder in which features and kept values lie.</param>
/// <param name="Settings">What the values depend on.</param>
/// <param name="Shape">What one image has.</param>
/// <param name="Maps">Maps on which values are kept.</param>
/// <param name="Images">The images, the oldest first; a kept value names its scorer by the place in this list.</param>
/// <param name="Owner">In a cluster, who began it; else null.</param>
public sealed record GalleryManifest(
    int Format, string Generation, GallerySettings Settings, FeatureShape Shape, int Maps, IReadOnlyList<GalleryImage> Images, string? Owner = null)
{
    /// <summary>The file's name.</summary>
    public const string Name = "gallery.json";

    /// <summary>The version that this program writes.</summary>
    public const int CurrentFormat = 1;

    /// <summary>The images that have not left.</summary>
    [JsonIgnore]
    public IEnumerable<GalleryImage> Present => Images.Where(image => !image.Left);

    /// <summary>Reads it.</summary>
    /// <param name="folder">The gallery's folder.</param>
    /// <returns>Null where there is none.</returns>
    /// <exception cref="JobException">It cannot be read, or is of another version.</exception>
    public static GalleryManifest? Read(string folder)
    {
        string path = Path.Combine(folder, Name);
        try
        {
            using FileStream file = File.OpenRead(path);
            GalleryManifest? manifest = JsonSerializer.Deserialize<GalleryManifest>(file, ResultJson.Options);
            return manifest is { Format: CurrentFormat, Settings: not null, Images: not null, Shape.Stages.Count: > 0 } && PathRules.IsIdentifier(manifest.Generation)
                ? manifest
                : throw new JobException(JobErrorKind.Input, $"{path}: this is no gallery of format {CurrentFormat}; use the version of musc that made it, or begin another gallery.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new JobException(JobErrorKind.Input, $"{path}: the gallery cannot be read: {error.Message.TrimEnd('.')}.", error);
        }
    }
}

/// <summary>One image of a gallery.</summary>
/// <param name="Name">Its name in results.</param>
/// <param name="Path">Where its file lay when it came; pictures are made of it while it is there.</param>
/// <param name="Sha256">SHA-256 of the file's bytes.</param>
/// <param name="Bytes">Their number.</param>
/// <param name="Width">Columns.</param>
/// <param name="Height">Rows.</param>
/// <param name="Added">When it came.</param>
/// <param name="Score">Its score before rescoring, among the images of the generation.</param>
/// <param name="FinalScore">Its score after rescoring.</param>
/// <param name="SalientPatch">Its most anomalous patch.</param>
/// <param name="Kept">How many of its lowest distances are known for every patch on every map.</param>
/// <param name="Left">Whether it was removed since the generation was written.</param>
public sealed record GalleryImage(
    string Name, string Path, string Sha256, long Bytes, int Width, int Height, DateTimeOffset Added, double Score, double FinalScore, int SalientPatch,
    int Kept, bool Left = false)
{
    /// <summary>The image's file; without a path where it is no longer what it was.</summary>
    [JsonIgnore]
    public ImageFile File => new(Name, new FileInfo(Path) is { Exists: true } file && file.Length == Bytes ? Path : string.Empty);
}

/// <summary>What the values of a gallery depend on besides its images. Jobs of other settings cannot use it.</summary>
/// <param name="Backbone">The network's name.</param>
/// <param name="Profile">The numeric profile of the features, which names the network's hash.</param>
/// <param name="Size">Side of the images in pixels.</param>
/// <param name="Stages">The stages.</param>
/// <param name="Exif">Whether images are turned as their EXIF orientation says.</param>
/// <param name="Method">How stages become maps.</param>
/// <param name="Interval">Which distances count, and what becomes of them.</param>
/// <param name="Rescoring">By what images are compared, and over which windows.</param>
public sealed record GallerySettings(string Backbone, string Profile, int Size, string Stages, bool Exif, string Method, string Interval, string Rescoring)
{
    /// <summary>Those of a job.</summary>
    /// <param name="spec">The job.</param>
    /// <param name="backbone">Its network.</param>
    /// <param name="size">Side of the images in pixels.</param>
    /// <param name="profile">The numeric profile of its features.</param>
    public static GallerySettings Of(ScoringJobSpec spec, BackboneInfo backbone, int size, string profile) => new(
        backbone.Name,
        profile,
        size,
        string.Join(',', spec.Stages ?? [.. Enumerable.Range(1, backbone.Stages)]),
        spec.ApplyExif,
        $"{spec.Aggregation} {string.Join(',', spec.Degrees)}".ToLowerInvariant(),
        $"{spec.Interval} {spec.Reduction}".ToLowerInvariant(),
        $"{spec.Rescoring} {string.Join(',', spec.SmoothingWindows)}".ToLowerInvariant().Trim());

    /// <summary>Refuses a job of other settings.</summary>
    /// <param name="place">The gallery, for the message.</param>
    /// <param name="job">The job's settings.</param>
    /// <exception cref="JobException">They differ; the message names each difference.</exception>
    public void Check(string place, GallerySettings job)
    {
        (string What, object Gallery, object Job)[] all =
        [
            ("the backbone", Backbone, job.Backbone), ("the numeric profile", Profile, job.Profile), ("the size", Size, job.Size),
            ("the stages", Stages, job.Stages), ("turning by EXIF", Exif ? "yes" : "no", job.Exif ? "yes" : "no"), ("the method", Method, job.Method),
            ("the interval", Interval, job.Interval), ("rescoring", Rescoring, job.Rescoring),
        ];
        string[] differences = [.. all.Where(setting => !setting.Gallery.Equals(setting.Job))
            .Select(setting => $"{setting.What} is '{setting.Gallery}' there and '{setting.Job}' in this job")];
        if (differences.Length > 0)
        {
            throw new JobException(
                JobErrorKind.Usage, $"The gallery {place} has other settings: {string.Join("; ", differences)}. Give the same settings, or begin another gallery.");
        }
    }
}
