using MuSc.Engine.Tokens;

namespace MuSc.Grains.Features;

/// <summary>A job's file of tokens, on a path that silos reach.</summary>
internal static class TokenFile
{
    /// <summary>Checks that its images fit the job.</summary>
    /// <returns>One for each image, references last.</returns>
    /// <exception cref="JobException">They do not.</exception>
    public static ImageCheckMessage[] Check(ScoringJobSpec spec)
    {
        using ITokenSource tokens = NpyTokenSource.Open(spec);
        int scored = tokens.Images - spec.TokenReferences;
        int alone = spec.TokenReferences > 0 ? 1 : 2;
        return scored / spec.Subsets >= alone
            ? [.. Enumerable.Repeat(new ImageCheckMessage(0, 0, null), tokens.Images)]
            : throw new JobException(
                JobErrorKind.Input, $"{scored} images cannot be split into {spec.Subsets} subsets of at least {alone}; an image needs another to be compared with.");
    }

    /// <summary>Reads some rows.</summary>
    /// <exception cref="JobException">The file cannot be read.</exception>
    public static ExtractedBlock Read(ScoringJobSpec spec, IReadOnlyList<int> rows)
    {
        using ITokenSource tokens = NpyTokenSource.Open(spec);
        ExtractedBlock block = new(tokens.Shape, rows.Count);
        try
        {
            for (int index = 0; index < rows.Count; index++)
            {
                for (int stage = 0; stage < block.Stages.Count; stage++)
                {
                    tokens.ReadStage(stage, rows[index], block.Stage(stage, index));
                }

                tokens.ReadClassToken(rows[index], block.ClassToken(index));
            }

            return block;
        }
        catch
        {
            block.Dispose();
            throw;
        }
    }
}
