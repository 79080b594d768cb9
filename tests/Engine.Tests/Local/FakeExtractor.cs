using MuSc.Contracts;
using MuSc.Features.Backbones;
using MuSc.Features.Images;

namespace MuSc.Engine.Tests.Local;

/// <summary>An extractor that needs no network: tokens follow from the image's pixels.</summary>
internal sealed class FakeExtractor(Action<ImageFile>? before = null) : IFeatureExtractor
{
    private int _extracted;

    public FeatureShape Shape { get; } = new([new(3, 4), new(3, 4)], 2);

    public string Profile => "fake";

    /// <summary>Images that were extracted.</summary>
    public int Extracted => _extracted;

    public static Func<BackboneInfo, ExtractionOptions, IFeatureExtractor> Factory(FakeExtractor extractor) => (_, _) => extractor;

    public FeatureBlock Extract(IReadOnlyList<ImageFile> images, Action<int>? extracted, CancellationToken cancellationToken)
    {
        FeatureBlock block = FeatureBlock.Allocate(Shape, images.Count);
        for (int index = 0; index < images.Count; index++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            before?.Invoke(images[index]);
            Random random = new(ImageDecoder.Decode(images[index].Path, false).Pixels[0]);
            foreach (int stage in (int[])[0, 1])
            {
                Span<float> tokens = block.Stage(stage, index);
                for (int at = 0; at < tokens.Length; at++)
                {
                    tokens[at] = random.NextSingle() - 0.5f;
                }
            }

            block.ClassToken(index)[0] = 1;
            _extracted++;
            extracted?.Invoke(1);
        }

        return block;
    }

    public void Dispose()
    {
    }
}
