using MuSc.Features.Backbones;

namespace MuSc.Engine.Tokens;

/// <summary>
/// Features in array files, whoever wrote them: tokens [stages × N × (1+P) × C] with the class position first, and class
/// tokens [N × D] where there are any. They are read image by image, never as a whole.
/// </summary>
public sealed class NpyTokenSource : ITokenSource
{
    private readonly NpyFile _tokens;
    private readonly NpyFile? _classTokens;

    private NpyTokenSource(NpyFile tokens, NpyFile? classTokens)
    {
        (_tokens, _classTokens) = (tokens, classTokens);
        (Images, Shape) = Describe(tokens, classTokens);
    }

    /// <summary>Opens the tokens of a job: its stages, with names and references for each image.</summary>
    /// <param name="spec">A job with a file of tokens.</param>
    /// <exception cref="JobException">A file cannot be used, or shapes, names and references do not fit.</exception>
    public static ITokenSource Open(ScoringJobSpec spec)
    {
        NpyTokenSource tokens = Open(spec.TokensFile!, spec.ClassTokensFile);
        try
        {
            return tokens.Images - spec.TokenReferences >= 1 && (spec.TokenNames is null || spec.TokenNames.Count == tokens.Images)
                ? spec.Stages is null ? tokens : new SelectedStages(tokens, spec.Stages)
                : throw new JobException(
                    JobErrorKind.Input,
                    $"{spec.TokensFile} holds {tokens.Images} images, but {spec.TokenReferences} references and {spec.TokenNames?.Count ?? 0} names were given.");
        }
        catch (JobException)
        {
            tokens.Dispose();
            throw;
        }
    }

    public int Images { get; }

    public FeatureShape Shape { get; }

    /// <summary>Opens the files and checks that they belong together.</summary>
    /// <param name="tokensFile">[stages × N × (1+P) × C], P a square number.</param>
    /// <param name="classTokensFile">[N × D], or null.</param>
    /// <exception cref="JobException">A file cannot be used, or the shapes do not fit.</exception>
    public static NpyTokenSource Open(string tokensFile, string? classTokensFile = null)
    {
        NpyFile tokens = NpyFile.Open(tokensFile);
        NpyFile? classTokens = null;
        try
        {
            classTokens = classTokensFile is null ? null : NpyFile.Open(classTokensFile);
            return new(tokens, classTokens);
        }
        catch (JobException)
        {
            tokens.Dispose();
            classTokens?.Dispose();
            throw;
        }
    }

    public void ReadStage(int stage, int image, Span<float> tokens)
    {
        StageShape shape = Shape.Stages[stage];
        long row = (((long)stage * Images) + image) * (shape.Patches + 1L);
        _tokens.Read((row + 1) * shape.Channels, tokens[..shape.Length]);
    }

    public void ReadClassToken(int image, Span<float> token)
        => _classTokens?.Read((long)image * Shape.ClassChannels, token[..Shape.ClassChannels]);

    public void Dispose()
    {
        _tokens.Dispose();
        _classTokens?.Dispose();
    }

    private static (int Images, FeatureShape Shape) Describe(NpyFile tokens, NpyFile? classTokens)
    {
        IReadOnlyList<long> shape = tokens.Shape;
        if (shape.Count != 4 || shape.Any(length => length is < 1 or > int.MaxValue))
        {
            throw Wrong(tokens, "tokens are [stages × images × (1 + patches) × channels], all at least 1");
        }

        int grid = (int)Math.Sqrt(shape[2] - 1);
        if (grid < 1 || (long)grid * grid != shape[2] - 1 || (shape[2] - 1) * shape[3] > Array.MaxLength)
        {
            throw Wrong(tokens, "its third dimension must be 1 + G·G: one class position (zeros will do) and a square grid of patches");
        }

        if (classTokens is not null && (classTokens.Shape.Count != 2 || classTokens.Shape[0] != shape[1] || classTokens.Shape[1] is < 1 or > int.MaxValue))
        {
            throw Wrong(classTokens, $"class tokens for these tokens are [{shape[1]} × D]");
        }

        StageShape stage = new(grid, (int)shape[3]);
        int classChannels = (int)(classTokens?.Shape[1] ?? 0);
        return ((int)shape[1], new([.. Enumerable.Repeat(stage, (int)shape[0])], classChannels));
    }

    private static JobException Wrong(NpyFile file, string expected)
        => new(JobErrorKind.Input, $"{file.FilePath}: its shape is ({string.Join(", ", file.Shape)}); {expected}.");
}
