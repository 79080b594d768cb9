using System.Security.Cryptography;
using MuSc.Engine.Tiles;
using MuSc.Features.Backbones;

namespace MuSc.Grains.Features;

/// <summary>The features of a block's images, as the backbone gave them; its stages lie outside the managed heap.</summary>
public sealed class ExtractedBlock : IDisposable
{
    /// <param name="shape">What one image has.</param>
    /// <param name="images">How many images, n.</param>
    public ExtractedBlock(FeatureShape shape, int images)
    {
        (Shape, Images) = (shape, images);
        Stages = [.. shape.Stages.Select(stage => new NativeFloats((long)images * stage.Length))];
        ClassTokens = new float[images * shape.ClassChannels];
    }

    /// <summary>What one image has.</summary>
    public FeatureShape Shape { get; }

    /// <summary>How many images, n.</summary>
    public int Images { get; }

    /// <summary>For each stage, [n × P × C] row-major.</summary>
    public IReadOnlyList<NativeFloats> Stages { get; }

    /// <summary>[n × D] row-major; empty where the network has no class token.</summary>
    public float[] ClassTokens { get; }

    /// <summary>Bytes of all stages.</summary>
    public long Bytes => Stages.Sum(stage => stage.Length * sizeof(float));

    /// <summary>One image's tokens of one stage, [P × C].</summary>
    public Span<float> Stage(int stage, int image)
    {
        int length = Shape.Stages[stage].Length;
        return Stages[stage].Slice((long)image * length, length);
    }

    /// <summary>One image's class token, [D].</summary>
    public Span<float> ClassToken(int image) => ClassTokens.AsSpan(image * Shape.ClassChannels, Shape.ClassChannels);

    /// <summary>Refuses tokens that nothing can be compared with.</summary>
    /// <param name="names">The images' names.</param>
    /// <exception cref="JobException">A token is not a finite number.</exception>
    public void Check(IReadOnlyList<string> names)
    {
        for (int stage = 0; stage < Stages.Count; stage++)
        {
            for (int image = 0; image < Images; image++)
            {
                if (Stage(stage, image).ContainsAnyExceptInRange(float.MinValue, float.MaxValue))
                {
                    throw new JobException(
                        JobErrorKind.Input, $"{names[image]}, stage {stage + 1}: a token is not a finite number, so that nothing can be compared with it.");
                }
            }
        }
    }

    /// <summary>SHA-256 over all tokens, 64 hexadecimal digits.</summary>
    public string Hash()
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int stage = 0; stage < Stages.Count; stage++)
        {
            for (int image = 0; image < Images; image++)
            {
                hash.AppendData(MemoryMarshal.AsBytes(Stage(stage, image)));
            }
        }

        hash.AppendData(MemoryMarshal.AsBytes(ClassTokens.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    public void Dispose()
    {
        foreach (NativeFloats stage in Stages)
        {
            stage.Dispose();
        }
    }
}
