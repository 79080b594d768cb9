namespace MuSc.Features.Import.Safetensors;

/// <summary>One tensor as the header describes it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Element type, a name of <see cref="TensorType"/>.</param>
/// <param name="Shape">Sizes, outermost first; empty for a scalar.</param>
/// <param name="Begin">First byte, counted from the end of the header.</param>
/// <param name="End">One past the last byte.</param>
internal sealed record TensorEntry(string Name, string Type, long[] Shape, long Begin, long End)
{
    /// <summary>The shape as it is shown to people, for example [1024, 3, 14, 14].</summary>
    public string ShapeText => $"[{string.Join(", ", Shape)}]";
}
