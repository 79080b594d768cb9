namespace MuSc.Features.Import;

/// <summary>What an import wrote, for people.</summary>
/// <param name="Path">The ONNX file.</param>
/// <param name="Family">What the checkpoint was recognised as.</param>
/// <param name="Size">Side of the input in pixels.</param>
/// <param name="Stages">The stages' grids and channels.</param>
/// <param name="Metadata">The <c>musc.*</c> entries of the file.</param>
public sealed record ImportedBackbone(
    string Path, string Family, int Size, IReadOnlyList<StageShape> Stages, IReadOnlyList<KeyValuePair<string, string>> Metadata);
