using MuSc.Features.Images;

namespace MuSc.Features.Import;

/// <summary>
/// What to import and how. What is left out follows from the tensors, the configs and the family; where these do not suffice,
/// the import stops and names the option.
/// </summary>
public sealed record ImportOptions
{
    /// <summary>The safetensors file.</summary>
    public required string Checkpoint { get; init; }

    /// <summary>JSON files that came with it; the first that says a thing counts.</summary>
    public IReadOnlyList<string> Configs { get; init; } = [];

    /// <summary>The ONNX file to write.</summary>
    public required string Output { get; init; }

    /// <summary>Side of the input in pixels, a multiple of the patch size. The default is the size that the checkpoint was trained at.</summary>
    public int? Size { get; init; }

    /// <summary>The blocks after which a stage is taken, counted from 1, ascending. The default is each quarter of the depth.</summary>
    public IReadOnlyList<int> Stages { get; init; } = [];

    /// <summary>Keep the weights as float16 in the file. The default is float32.</summary>
    public bool Half { get; init; }

    /// <summary>Mean of the pixels, over 0…1.</summary>
    public Colour? Mean { get; init; }

    /// <summary>Standard deviation of the pixels, over 0…1.</summary>
    public Colour? Deviation { get; init; }

    /// <summary>How images are resized.</summary>
    public ResizeFilter? Resize { get; init; }

    /// <summary>Attention heads; a divisor of the width.</summary>
    public int? Heads { get; init; }

    /// <summary>How the position embedding is resized.</summary>
    public PositionResize? PositionResize { get; init; }

    /// <summary>Whether stage tokens pass the final norm.</summary>
    public bool? StageNorm { get; init; }

    /// <summary>The MLP's function.</summary>
    public Activation? Activation { get; init; }

    /// <summary>The backbone's name. The default is the output file's name without its ending.</summary>
    public string? Name { get; init; }

    /// <summary>Where the weights are from, for the file's metadata. The default is the checkpoint's file name.</summary>
    public string? Source { get; init; }

    /// <summary>The weights' licence, for the file's metadata. The default is what the config says, or "unknown".</summary>
    public string? License { get; init; }
}

/// <summary>The function between the two layers of an MLP (docs/method.md, Backbone).</summary>
public enum Activation
{
    /// <summary>GELU by the error function: LAION's CLIP, DINO, DINOv2, Swin.</summary>
    Gelu,

    /// <summary>x · σ(1.702 x): OpenAI's CLIP.</summary>
    QuickGelu,
}

/// <summary>How a position embedding is brought from its own grid G₀ to another grid G (docs/method.md, Backbone).</summary>
public enum PositionResize
{
    /// <summary>The sampling step is G₀ / G: CLIP.</summary>
    Size,

    /// <summary>The sampling step is G₀ / (G + 0.1): DINO, DINOv2, plain ViT.</summary>
    Scale,
}

/// <summary>A value for each of red, green and blue, over 0…1.</summary>
public readonly record struct Colour(float Red, float Green, float Blue)
{
    /// <summary>Reads three numbers with commas, or one for all three.</summary>
    /// <exception cref="FormatException">The text is something else.</exception>
    public static Colour Parse(string text)
    {
        string[] parts = text.Split(',', StringSplitOptions.TrimEntries);
        return parts.Length is 1 or 3
            ? new Colour(Number(parts[0]), Number(parts[parts.Length / 2]), Number(parts[^1]))
            : throw new FormatException($"'{text}' is not three numbers with commas");
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Red},{Green},{Blue}");

    private static float Number(string text) => float.TryParse(text, CultureInfo.InvariantCulture, out float value) && float.IsFinite(value)
        ? value
        : throw new FormatException($"'{text}' is not a number");
}
