using MuSc.Scoring.NearestPatch;

namespace MuSc.Engine.Mutual;

/// <summary>Chooses the kernel for a map; the choice never changes a result.</summary>
/// <param name="sample">[S × C] some tokens of the map.</param>
/// <param name="channels">C.</param>
public delegate INearestPatchKernel KernelChoice(ReadOnlySpan<float> sample, int channels);
