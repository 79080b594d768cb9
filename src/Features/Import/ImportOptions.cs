using MuSc.Features.Images;

namespace MuSc.Features.Import;

/// <summary>
/// What to import and how. What is left out follows from the tensors, the configs and the family; where these do not suffice,
/// the import stops and names the option.
/// </summary>
/// <param name="Checkpoint">The safetensors file.</param>
/// <param name="Output">The ONNX file to write.</param>
/// <param name="Size">Side of the input in pixels, a multiple of the patch size. The default is the size that the checkpoint was trained at.</param>
/// <param name="Half">Keep the weights as float16 in the file. The default is float32.</param>
/// <param name="Mean">Mean of the pixels, over 0…1.</param>
/// <param name="Deviation">Standard deviation of the pixels, over 0…1.</param>
/// <param name="Resize">How images are resized.</param>
/// <param name="Heads">Attention heads; a divisor of the width.</param>
/// <param name="PositionResize">How the position embedding is resized.</param>
/// <param name="StageNorm">Whether stage tokens pass the final norm.</param>
/// <param name="Activation">The MLP's function.</param>
/// <param name="Name">The backbone's name. The default is the output file's name without its ending.</param>
/// <param name="Source">Where the weights are from, for the file's metadata. The default is the checkpoint's file name.</param>
/// <param name="License">The weights' licence, for the file's metadata. The default is what the config says, or "unknown".</param>
public sealed record ImportOptions(
    string Checkpoint, string Output, int? Size = null, bool Half = false, Colour? Mean = null, Colour? Deviation = null,
    ResizeFilter? Resize = null, int? Heads = null, PositionResize? PositionResize = null, bool? StageNorm = null,
    Activation? Activation = null, string? Name = null, string? Source = null, string? License = null)
{
    /// <summary>JSON files that came with the checkpoint; the first that says a thing counts.</summary>
    public IReadOnlyList<string> Configs { get; init; } = [];

    /// <summary>The blocks after which a stage is taken, counted from 1, ascending. The default is each quarter of the depth.</summary>
    public IReadOnlyList<int> Stages { get; init; } = [];
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
