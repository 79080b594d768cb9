namespace MuSc.Engine.Results;

/// <summary>What an extraction gives.</summary>
/// <param name="Folder">Where <c>tokens.npy</c>, <c>class_tokens.npy</c> and <c>images.txt</c> lie.</param>
/// <param name="Images">Names of the images, in the order of the arrays.</param>
/// <param name="Skipped">Images left out, and why.</param>
/// <param name="Shape">Shape of <c>tokens.npy</c>.</param>
public sealed record ExtractionResults(
    string Folder, IReadOnlyList<string> Images, IReadOnlyList<(string Name, string Reason)> Skipped, IReadOnlyList<long> Shape);
