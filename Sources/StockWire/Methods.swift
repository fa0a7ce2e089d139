/// Every method of the protocol. A method that is added stands here, and is then decoded and shown by `rpc.discover`.
package enum Methods {
    package static let all: [any Method.Type] = [
        SystemStatus.self, SystemHealth.self, RPCDiscover.self,
        TenantCreate.self, TenantList.self, TenantUpdate.self,
        LocationCreate.self, LocationList.self, LocationGet.self,
        ProductCreate.self, ProductList.self, ProductGet.self, ProductUpdate.self, ProductRetire.self,
        StockList.self, StockGet.self, StockSet.self, StockAdjust.self, StockSell.self, StockReceive.self,
        StockHistory.self, StockSummary.self,
        HoldPlace.self, HoldConfirm.self, HoldCancel.self, HoldExtend.self, HoldGet.self, HoldRefunds.self, HoldList.self,
        SaleCreate.self, SaleGet.self, SaleList.self, SaleEnd.self,
        ThresholdSet.self, ThresholdList.self, ThresholdUnset.self,
        AlertList.self, AlertGet.self, AlertAcknowledge.self, AlertResolve.self, AlertCheck.self,
        AlertDrill.self, SummaryGet.self, AlertStats.self, AlertExplain.self,
        SilenceCreate.self, SilenceList.self, SilenceGet.self, SilenceExpire.self,
        EscalationSet.self, EscalationList.self, EscalationUnset.self,
        ContactCreate.self, ContactList.self, ContactGet.self, ContactUpdate.self, ContactPause.self, ContactResume.self,
        ContactDelete.self,
        DeliveryList.self, DeliveryRetry.self, DeliveryDrop.self, DeliveryTest.self,
        InboxList.self, InboxRead.self,
        SyncRun.self, SyncStatus.self, SyncPause.self, SyncResume.self,
        DataImport.self, DataExport.self,
        EventWatch.self,
        AuditList.self, AuditGet.self, AuditVerify.self,
        ConfigShow.self, ConfigReload.self, ConfigCheck.self,
    ]

    package static func named(_ name: String) -> (any Method.Type)? { byName[name] }

    private static let byName: [String: any Method.Type] = Dictionary(
        uniqueKeysWithValues: all.map { ($0.name, $0) })
}
