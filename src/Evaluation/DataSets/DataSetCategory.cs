using MuSc.Contracts;

namespace MuSc.Evaluation.DataSets;

/// <summary>One product of a benchmark; the images of one category are scored together.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Test">The images to score, in the order of the benchmark's files.</param>
/// <param name="Train">Images known to be normal, from which references are drawn; may be empty.</param>
/// <param name="Saturation">How the regions of MVTec LOCO AD saturate; null elsewhere.</param>
public sealed record DataSetCategory(
    string Name, IReadOnlyList<DataSetImage> Test, IReadOnlyList<ImageFile> Train, SaturationConfig? Saturation);
