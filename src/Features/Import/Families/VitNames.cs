namespace MuSc.Features.Import.Families;

/// <summary>How one naming calls the tensors of a vision transformer. Names of norms and products are without <c>.weight</c> and <c>.bias</c>.</summary>
internal sealed record VitNames
{
    /// <summary>The class position's embedding.</summary>
    public required string ClassEmbedding { get; init; }

    /// <summary>The position embedding.</summary>
    public required string Positions { get; init; }

    /// <summary>The patch embedding's convolution.</summary>
    public required string Patch { get; init; }

    /// <summary>The norm before the blocks.</summary>
    public string? PreNorm { get; init; }

    /// <summary>What stands before a block's number, with the dot.</summary>
    public required string Blocks { get; init; }

    public required string AttentionNorm { get; init; }

    /// <summary>Query, key and value: one name, or three.</summary>
    public required string[] QueryKeyValue { get; init; }

    public required string AttentionOut { get; init; }

    /// <summary>The layer scale behind the attention, a whole name.</summary>
    public string? AttentionScale { get; init; }

    public required string MlpNorm { get; init; }

    public required string Up { get; init; }

    public required string Down { get; init; }

    /// <summary>The layer scale behind the MLP, a whole name.</summary>
    public string? MlpScale { get; init; }

    public required string FinalNorm { get; init; }

    /// <summary>Whether one weight and one bias for query, key and value are named <c>in_proj_weight</c> rather than <c>x.weight</c>.</summary>
    public bool UnderscoredInput { get; init; }
}
