using MuSc.Contracts;
using MuSc.Engine.Tokens;
using MuSc.Features;

namespace MuSc.Evaluation;

/// <summary>Extracts a category's features once, whatever is then done with them.</summary>
internal static class TokenExtraction
{
    private const int BlockImages = 16;

    /// <summary>Extracts all images into memory.</summary>
    public static MemoryTokenSource Run(
        IFeatureExtractor extractor, IReadOnlyList<ImageFile> images, IProgress<JobProgress>? progress, CancellationToken cancellationToken)
    {
        PhaseProgress done = new(progress, JobPhase.Extract, images.Count);
        return new MemoryTokenSource(
            extractor.Shape, images.Chunk(BlockImages).Select(block => extractor.Extract(block, done.Add, cancellationToken)));
    }
}
