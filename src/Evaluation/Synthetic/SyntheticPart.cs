using MuSc.Features.Images;

namespace MuSc.Evaluation.Synthetic;

/// <summary>One photograph of the demonstration set, with what is known about it.</summary>
/// <param name="Name">Its file name.</param>
/// <param name="Defect">What is wrong with the part.</param>
/// <param name="Image">The photograph.</param>
public sealed record SyntheticPart(string Name, DefectKind Defect, RgbImage Image);
