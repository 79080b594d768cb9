using System.Security.Cryptography;
using MuSc.Features;
using MuSc.Features.Images;
using MuSc.Grains.Compute;

namespace MuSc.Grains.Features;

/// <summary>Extracts whole blocks on a silo's compute threads, one run of the network at a time on each; tokens that were given are read.</summary>
public sealed class BlockExtraction(ExtractorPool extractors, ComputePool pool, ClusterMetrics metrics)
{
    /// <summary>Decodes a block's images and runs the backbone on them, or reads their tokens.</summary>
    /// <returns>The features, and the numeric profile of the backbone, if there is one.</returns>
    /// <exception cref="ImageFileException">An image cannot be used.</exception>
    /// <exception cref="JobException">A token is not a finite number.</exception>
    public async Task<(FeatureBlock Block, string Profile)> ExtractAsync(ExtractionRequest request, CancellationToken cancellationToken)
    {
        ScoringJobSpec spec = request.Spec;
        if (spec.TokensFile is { } file)
        {
            FeatureBlock given = await pool.RunAsync(() => TokenFile.Read(spec, request.Rows), cancellationToken);
            Check(given, [.. request.Rows.Select(row => $"{file}, image {row + 1}")]);
            return (given, string.Empty);
        }

        using ExtractorPool.Loan loan = extractors.Borrow(spec);
        IFeatureExtractor extractor = await pool.RunAsync(() => loan.Extractor, cancellationToken);
        FeatureBlock block = FeatureBlock.Allocate(extractor.Shape, spec.Images.Count);

        // Runs of exactly one batch: the same bits as one call for the whole block.
        Task[] runs = [.. spec.Images.Chunk(spec.Batch).Select((run, index) => RunAsync(run, index * spec.Batch))];
        await Task.WhenAll(runs);
        Check(block, [.. spec.Images.Select(image => image.Path)]);
        return (block, extractor.Profile);

        async Task RunAsync(ImageFile[] run, int first)
        {
            FeatureBlock part = await pool.RunAsync(() => extractor.Extract(run, null, cancellationToken), cancellationToken);
            for (int stage = 0; stage < block.Stages.Length; stage++)
            {
                part.Stages[stage].CopyTo(block.Stages[stage].AsSpan(first * block.Shape.Stages[stage].Length));
            }

            part.ClassTokens.CopyTo(block.ClassTokens.AsSpan(first * block.Shape.ClassChannels));
            metrics.ImagesExtracted.Add(run.Length);
        }
    }

    /// <summary>Refuses tokens that nothing can be compared with.</summary>
    /// <exception cref="JobException">A token is not a finite number.</exception>
    public static void Check(FeatureBlock block, IReadOnlyList<string> images)
    {
        for (int stage = 0; stage < block.Stages.Length; stage++)
        {
            int found = block.Stages[stage].AsSpan().IndexOfAnyExceptInRange(float.MinValue, float.MaxValue);
            if (found >= 0)
            {
                string image = images[found / block.Shape.Stages[stage].Length];
                throw new JobException(
                    JobErrorKind.Input, $"{image}, stage {stage + 1}: a token is not a finite number, so that nothing can be compared with it.");
            }
        }
    }

    /// <summary>SHA-256 over all tokens of a block, 64 hexadecimal digits.</summary>
    public static string Hash(FeatureBlock block)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (float[] stage in block.Stages)
        {
            hash.AppendData(MemoryMarshal.AsBytes(stage.AsSpan()));
        }

        hash.AppendData(MemoryMarshal.AsBytes(block.ClassTokens.AsSpan()));
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
