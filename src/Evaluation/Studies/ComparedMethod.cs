namespace MuSc.Evaluation.Studies;

/// <summary>A way to score that is compared with others on the same features.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Aggregation">How a stage becomes maps.</param>
/// <param name="Rescoring">By what images are compared.</param>
public sealed record ComparedMethod(string Name, Aggregation Aggregation, Rescoring Rescoring)
{
    /// <summary>The two published methods, and their pieces in other pairs.</summary>
    public static IReadOnlyList<ComparedMethod> All { get; } =
    [
        new("MuSc (lnamd, class)", Aggregation.Lnamd, Rescoring.Class),
        new("lnamd, salient", Aggregation.Lnamd, Rescoring.Salient),
        new("MuSc-V2 (snamd, salient)", Aggregation.Snamd, Rescoring.Salient),
        new("snamd, class", Aggregation.Snamd, Rescoring.Class),
        new("snamd-l2, salient", Aggregation.SnamdL2, Rescoring.Salient),
        new("snamd-l2, class", Aggregation.SnamdL2, Rescoring.Class),
    ];
}

/// <summary>What a way to score gives on a category.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="AurocBefore">AUROC of the image scores before rescoring.</param>
/// <param name="Auroc">AUROC of the image scores after it.</param>
/// <param name="PixelAuroc">AUROC of the anomaly maps.</param>
/// <param name="Score">Time of mutual scoring.</param>
public sealed record MethodRow(string Name, double? AurocBefore, double? Auroc, double? PixelAuroc, TimeSpan Score);
