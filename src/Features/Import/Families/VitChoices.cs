namespace MuSc.Features.Import.Families;

/// <summary>What a vision transformer's tensors cannot tell.</summary>
/// <param name="Heads">Attention heads, a divisor of the width.</param>
/// <param name="Activation">The MLP's function.</param>
/// <param name="PositionResize">How the position embedding is resized.</param>
/// <param name="StageNorm">Whether stage tokens pass the final norm.</param>
internal sealed record VitChoices(int Heads, Activation Activation, PositionResize PositionResize, bool StageNorm);
