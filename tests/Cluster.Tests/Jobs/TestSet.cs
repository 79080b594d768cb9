using MuSc.Contracts;
using MuSc.Engine.Inputs;
using MuSc.Engine.Local;
using MuSc.Evaluation.Synthetic;
using MuSc.Features.Images;

namespace MuSc.Cluster.Tests.Jobs;

/// <summary>Images to score, and what one machine makes of them.</summary>
public sealed class TestSet : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("musc-test-set").FullName;

    /// <param name="spec">The job; its results go to a folder of this set.</param>
    private TestSet(Func<string, ScoringJobSpec> spec) => Spec = spec(_folder);

    /// <summary>The job.</summary>
    public ScoringJobSpec Spec { get; }

    /// <summary>Made-up parts, some with defects.</summary>
    /// <param name="images">How many.</param>
    /// <param name="size">Side of the images for the network, a multiple of 16; null for the backbone's own.</param>
    public static TestSet Synthetic(int images, int? size) => new(folder =>
    {
        SyntheticSet set = new(images, images / 5, Size: 96);
        IReadOnlyList<DefectKind> defects = set.Defects();
        Directory.CreateDirectory(Path.Combine(folder, "images"));
        for (int index = 0; index < images; index++)
        {
            SyntheticPart part = set.Render(index, defects[index]);
            ImageEncoder.SavePng(Path.Combine(folder, "images", part.Name), part.Image);
        }

        return Settings(folder, Path.Combine(folder, "images"), size);
    });

    /// <summary>A folder of images.</summary>
    public static TestSet Of(string images, int? size) => new(folder => Settings(folder, images, size));

    /// <summary>What one machine makes of it.</summary>
    public async Task<IReadOnlyList<ImageResult>> LocalAsync(ScoringJobSpec? spec = null)
    {
        using LocalScoringService service = new();
        string job = await service.SubmitAsync(spec ?? Spec, CancellationToken.None);
        return (await service.ResultsAsync(job, CancellationToken.None)).Images;
    }

    /// <inheritdoc/>
    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static ScoringJobSpec Settings(string folder, string images, int? size) => new()
    {
        Images = ImageSetResolver.Resolve([images], recursive: true),
        Size = size,
        Output = new OutputOptions { Folder = Path.Combine(folder, "results"), Force = true, Maps = MapFormat.None, Overlays = false, Report = false },
    };
}
